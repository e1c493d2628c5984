import { commandLine } from '../command-line.ts';
import type { Config } from '../config.ts';
import type { Deployment } from '../database/connect.ts';
import { resealAll } from '../mailboxes/reseal.ts';
import { countWithoutSecret } from '../operations/process-reports.ts';
import { StartupError } from '../problems.ts';
import { forgetFormerSecrets, putSecretFirst, type Secrets } from '../secrets.ts';

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
    'A new secret was made. Stop every process, and start them again: everybody signs in again, and what the former secret\n' +
      `sealed is sealed with the new one. Then type: ${commandLine('secret forget')}`,
  );
}

/**
 * Seals everything with the current secret; false if something cannot be opened, or a process that runs could not open
 * it afterwards.
 */
export async function reseal({ secrets }: Secret, deployment: Deployment, print: Print): Promise<boolean> {
  if (await isUnknownToProcesses(deployment, secrets, print)) return false;
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
  if (config.secrets.length === 1) {
    print('There is no former secret.');
    return true;
  }
  if (await isUnknownToProcesses(deployment, config.secrets, print)) return false;
  const { resealed } = await resealAll(deployment, config.secrets, { dry: true });
  if (resealed > 0) {
    print(`${resealed} values are still sealed with a former secret: ${commandLine('secret reseal')}`);
    return false;
  }
  await forgetFormerSecrets(config.dataDirectory);
  print('The former secrets were removed.');
  return true;
}

/** Says so where a process runs that was started before the current secret was made: it seals with the former one. */
async function isUnknownToProcesses(
  deployment: Deployment,
  [current]: Secrets,
  print: Print,
): Promise<boolean> {
  const count = await countWithoutSecret(deployment, current);
  if (count === 0) return false;
  print(
    `${count} running ${count === 1 ? 'process does' : 'processes do'} not know the current secret: start every process again first.\n` +
      'One that was killed counts for half a minute.',
  );
  return true;
}
