import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaultClient } from '../clients.ts';

/** In the state directory: the key file of the project's service account, as the Cloud console hands it out. */
export const serviceAccountFile = 'service-account.json';

export type ServiceAccount = { email: string; keyId: string; publicKey: KeyObject };

/** The project's service account; its key file is written once for each state directory. */
export function ensureServiceAccount(stateDirectory: string): ServiceAccount {
  const file = path.join(stateDirectory, serviceAccountFile);
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(newKeyFile(), null, 2), { mode: 0o600 });
  const { client_email, private_key_id, private_key } = JSON.parse(readFileSync(file, 'utf8'));
  return { email: client_email, keyId: private_key_id, publicKey: createPublicKey(private_key) };
}

function newKeyFile(): object {
  const { project } = defaultClient;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    type: 'service_account',
    project_id: project,
    private_key_id: crypto.randomUUID().replaceAll('-', ''),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: `postroom@${project}.iam.gserviceaccount.com`,
  };
}
