import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import { translateProblem } from '../locales/translate.ts';
import { StartupError } from '../problems.ts';
import { assignRole, createInstance, isWithoutUsers } from './instances.ts';
import { findPasswordProblem } from './passwords.ts';
import { createUser, type SignIn } from './sign-in.ts';

/** Creates the first admin and an instance from the configuration. Repeating it changes nothing. */
export async function createFirstAdmin(
  deployment: Deployment,
  signIn: SignIn,
  admin: { email: string; password: string },
): Promise<void> {
  const name = admin.email.split('@')[0]!;
  // Only then, because the word lists take a moment and much memory.
  const passwordError =
    (await isWithoutUsers(deployment)) &&
    (await findPasswordProblem(admin.password, { name, email: admin.email }));
  if (passwordError) {
    const { title, detail } = translateProblem('en', passwordError);
    throw new StartupError(`POSTROOM_ADMIN_PASSWORD: ${title} ${detail}`);
  }
  const user = await createUser({ signIn, sql: deployment.sql }, { ...admin, name });
  if (!user.created) return;
  const domain = admin.email.split('@')[1]!.split('.')[0]!;
  const slug =
    domain
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+/, '') || 'inbox';
  const instance = await createInstance(deployment, {
    slug,
    name: domain.charAt(0).toUpperCase() + domain.slice(1),
    kind: 'production',
  });
  await assignRole(deployment, { instanceId: instance.id, userId: user.id, role: 'admin' });
}

type DemoUsers = Record<'admin' | 'agent', { name: string; email: string; password: string }>;

const demoAdmin = 'admin@acme.example';
const demoFile = (dataDirectory: string) => path.join(dataDirectory, 'demo.json');
const hasDemoAdmin = async ({ sql }: Deployment) =>
  (await sql.selectFrom('users').select('id').where('email', '=', demoAdmin).execute()).length > 0;

/**
 * Throws a StartupError where the simulated Google is used and other people are there than those of the demo. It knows
 * none of their mailboxes, so each would be taken for disconnected, and two users would be added.
 */
export async function refuseDemoAmongOthers(deployment: Deployment, dataDirectory: string): Promise<void> {
  if (existsSync(demoFile(dataDirectory)) || (await isWithoutUsers(deployment))) return;
  if (await hasDemoAdmin(deployment)) return;
  throw new StartupError(
    'No Google client is configured, and the people in this database do not try Postroom with the simulated Google.\n' +
      '  Set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET as before (.env, which no backup contains), or for a trial set\n' +
      '  POSTROOM_DATA_DIR to a new directory, without DATABASE_URL.',
  );
}

/**
 * Creates the demo instance Acme with an admin and an agent. Their passwords are created once and kept in
 * demo.json of the data directory, which only its owner can read. Without it, as in a restored copy, the users keep the
 * passwords that they have.
 */
export async function createDemo(
  deployment: Deployment,
  signIn: SignIn,
  dataDirectory: string,
): Promise<void> {
  const file = demoFile(dataDirectory);
  if (!existsSync(file) && (await hasDemoAdmin(deployment))) return;
  const users = await demoUsers(file);
  const instance = await createInstance(deployment, { slug: 'acme', name: 'Acme', kind: 'production' });
  if (instance.created) {
    const template = { instanceId: instance.id, id: uuid(), name: 'Acme brand', html: demoTemplate };
    await deployment.sql.insertInto('template').values(template).execute();
  }
  for (const role of ['admin', 'agent'] as const) {
    const user = await createUser({ signIn, sql: deployment.sql }, users[role]);
    if (user.created) await assignRole(deployment, { instanceId: instance.id, userId: user.id, role });
  }
}

/** An example template: a header with the company's name, the message, and the writer's name below. */
const demoTemplate = `<html><head><style>
.frame{max-width:600px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#1f1c1a}
.head{padding:12px 0;border-bottom:3px solid #0f6b63;font-weight:bold;font-size:18px;color:#0f6b63}
.foot{margin-top:24px;padding-top:8px;border-top:1px solid #dad6d0;font-size:12px;color:#7b756d}
</style></head><body><div class="frame"><div class="head">Acme</div>
{{draft.htmlBody}}
<div class="foot">{{user.displayName}} · Acme, 1 Example Street</div></div></body></html>`;

async function demoUsers(file: string): Promise<DemoUsers> {
  const password = () => randomBytes(9).toString('base64url');
  const fresh: DemoUsers = {
    admin: { name: 'Alex Admin', email: demoAdmin, password: password() },
    agent: { name: 'John Carter', email: 'john@acme.example', password: password() },
  };
  await writeFile(file, JSON.stringify(fresh, null, 2), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return JSON.parse(await readFile(file, 'utf8'));
}
