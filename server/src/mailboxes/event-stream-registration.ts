import { randomBytes } from 'node:crypto';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { type KeyFile, openEventStream, readServiceAccountKey } from '../google/event-stream.ts';
import { createProblem, type Problem } from '../problems.ts';

/**
 * `registered`: no test event could be asked for. `waiting`: one is on its way. `late`: it should have arrived.
 * `arrived`: it has. `moved`: another address of Postroom is registered than the present one.
 */
export type RegistrationState = 'unregistered' | 'registered' | 'waiting' | 'late' | 'arrived' | 'moved';
export type Registration = { state: RegistrationState; registeredAt: Date | null; arrivedAt: Date | null };

/** Google sends a test event within seconds (ms). */
const testEventTimeout = 120_000;

type Deps = { deployment: Deployment; database: Database };
type Request = {
  instanceId: string;
  actor: Actor;
  /** Where the events are to be sent. */
  url: string;
  /** Also if the project sends its events elsewhere now. */
  replace: boolean;
  now: Date;
};

/**
 * Registers `url` as the receiver of the Google Cloud project's security events and asks for a test event. Returns why
 * Google refused; null if it did not. A registration whose test event was refused stays.
 */
export async function registerEventStream(
  { deployment, database, root, keyFile }: Deps & { root: string; keyFile: KeyFile | null },
  { instanceId, actor, url, replace, now }: Request,
): Promise<Problem | null> {
  if (!keyFile) return keyMissing;
  const key = await readServiceAccountKey(keyFile.file);
  if (!key) return createProblem(409, 'risc-key-unreadable', { setting: keyFile.setting });
  const stream = openEventStream(root, key);
  const before = await stream.read();
  if (before.kind !== 'ok') return problemOf(before);
  if (before.value !== null && before.value !== url && !replace) {
    return createProblem(409, 'risc-registered-elsewhere', { url: before.value });
  }
  const updated = await stream.update(url);
  if (updated.kind !== 'ok') return problemOf(updated);
  // Stored before it is asked for: the event may arrive before the answer.
  const testState = randomBytes(16).toString('base64url');
  const row = { url, registeredAt: now, testState, testArrivedAt: null };
  await deployment.sql
    .insertInto('securityEventStream')
    .values(row)
    .onConflict((one) => one.column('onlyRow').doUpdateSet(row))
    .execute();
  await database.inInstance(instanceId, (tx) =>
    audit(tx, actor, {
      action: 'security-events.registered',
      subject: url,
      before: { url: before.value },
      after: { url },
    }),
  );
  const asked = await stream.verify(testState);
  if (asked.kind === 'ok') return null;
  await deployment.sql
    .updateTable('securityEventStream')
    .set({ testState: null })
    .where('testState', '=', testState)
    .where('testArrivedAt', 'is', null)
    .execute();
  return problemOf(asked);
}

/** The registration as it is now; `url`: the present address of the receiver. */
export async function readRegistration({ sql }: Deployment, url: string, now: Date): Promise<Registration> {
  const row = await sql.selectFrom('securityEventStream').selectAll().executeTakeFirst();
  if (!row) return { state: 'unregistered', registeredAt: null, arrivedAt: null };
  const { registeredAt, testArrivedAt } = row;
  const isLate = now.getTime() - registeredAt.getTime() > testEventTimeout;
  const state = () => {
    if (row.url !== url) return 'moved';
    if (testArrivedAt) return 'arrived';
    if (row.testState === null) return 'registered';
    return isLate ? 'late' : 'waiting';
  };
  return { state: state(), registeredAt, arrivedAt: testArrivedAt };
}

/** Notes that Google sent the test event with this state; any other state changes nothing. */
export async function recordTestEvent({ sql }: Deployment, state: string, now: Date): Promise<void> {
  await sql
    .updateTable('securityEventStream')
    .set({ testArrivedAt: now })
    .where('testState', '=', state)
    .where('testArrivedAt', 'is', null)
    .execute();
}

const keyMissing = createProblem(409, 'risc-key-missing');
const unreachable = createProblem(503, 'risc-unreachable');

function problemOf(failure: GoogleFailure): Problem {
  return failure.kind === 'refused' ? { status: 502, ...failure.problem } : unreachable;
}
