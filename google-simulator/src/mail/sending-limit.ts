import { findAccount } from '../accounts.ts';
import { readSetting, writeSetting } from '../settings.ts';
import type { Simulator } from '../simulator.ts';

/** Messages in a rolling 24 hours (docs/gmail.md, section 4). */
const perDay = { trial: 500, paid: 2_000 };
const day = 24 * 3_600_000;

/** The time until which an account may not send; null if it may send. */
export function sendingLimit(simulator: Simulator, account: string): number | null {
  const { store, clock } = simulator;
  const now = clock.now();
  const forced = readSetting(simulator, `sending-limit ${account}`);
  const limit = forced ? Number(forced) : perDay[findAccount(store, account)?.sendingLimit ?? 'trial'];
  const { count, first } = store.get<{ count: number; first: number | null }>(
    'SELECT count(*) AS count, min(at) AS first FROM sends WHERE account = ? AND at > ?',
    account,
    now - day,
  )!;
  return count < limit ? null : (first ?? now) + day;
}

/** Counts a send. */
export function recordSend({ store, clock }: Simulator, account: string, recipients: number): void {
  store.run('INSERT INTO sends VALUES (?, ?, ?)', account, clock.now(), recipients);
}

/** Sets an account's limit of messages a day; null: the limit of its domain. */
export function setSendingLimit(simulator: Simulator, account: string, perDay: number | null): void {
  writeSetting(simulator, `sending-limit ${account}`, perDay === null ? null : String(perDay));
}
