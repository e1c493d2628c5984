import { commandLine } from '../command-line.ts';
import type { Config } from '../config.ts';
import type { Deployment } from '../database/connect.ts';
import { resealAll } from '../mailboxes/reseal.ts';
import { StartupError } from '../problems.ts';
import { forgetFormerSecrets, putSecretFirst } from '../secrets.ts';

type Secret = Pick<Config, 'secrets' | 'secretsInDataDirectory' | 'dataDirectory'>;
type Print = (line: string) => void;

/** Makes a new secret in the data directory. What runs goes on with the former one until it is started again. */
export async function rotateSecret(config: Secret, print: Print): Promise<void> {
  if (!config.secretsInDataDirectory) {
    throw new StartupError(
      'The secret is in POSTROOM_SECRET. Set that to a new one (openssl rand -base64 48), put the present one into\n' +
        'POSTROOM_SECRET_PREVIOUS, and start every process again.',
    );
  }
  await putSecretFirst(config.dataDirectory);
  print(
    'A new secret was made. Start every process again: everybody signs in again, and what the former secret\n' +
      `sealed is sealed with the new one. Then type: ${commandLine('secret forget')}`,
  );
}

/** Seals everything with the current secret; false if something cannot be opened. */
export async function reseal({ secrets }: Secret, deployment: Deployment, print: Print): Promise<boolean> {
  const { resealed, unreadable } = await resealAll(deployment, secrets);
  print(`${resealed} values were sealed with the current secret.`);
  for (const [column, count] of Object.entries(unreadable)) {
    print(
      `${count} values of ${column} are opened by no known secret: add the former one to POSTROOM_SECRET_PREVIOUS.`,
    );
  }
  return Object.keys(unreadable).length === 0;
}

/** Removes the former secrets of the data directory, unless something is still sealed with them. */
export async function forgetSecrets(config: Secret, deployment: Deployment, print: Print): Promise<boolean> {
  if (!config.secretsInDataDirectory)
    throw new StartupError('Remove POSTROOM_SECRET_PREVIOUS from the environment.');
  const { resealed } = await resealAll(deployment, config.secrets, { dry: true });
  if (resealed > 0) {
    print(`${resealed} values are still sealed with a former secret: ${commandLine('secret reseal')}`);
    return false;
  }
  await forgetFormerSecrets(config.dataDirectory);
  print('The former secrets were removed.');
  return true;
}
