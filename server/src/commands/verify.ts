import { setTimeout as sleep } from 'node:timers/promises';
import { checkMailbox } from '../inbound/check.ts';
import { type CheckView, mailbox as mailboxView } from '../mailboxes/list.ts';
import type { CommandHouse } from './open.ts';

const never = new AbortController().signal;

/**
 * Checks the addresses asked for, one after the other, telling its progress; ends with a table.
 * Answers whether every message of every one of them is here now.
 */
export async function verify(
  house: Omit<CommandHouse, 'close'>,
  asked: { mailbox?: string | undefined; instance?: string | undefined },
  say: (line: string) => void,
): Promise<boolean> {
  const mailboxes = await chosen(house, asked);
  if (mailboxes.length === 0) {
    say('No connected address fits.');
    return false;
  }
  const results: Array<{ address: string; check: CheckView | null; disconnected: boolean }> = [];
  for (const { instanceId, mailboxId, address } of mailboxes) {
    const look = () => house.database.inInstance(instanceId, (tx) => mailboxView(tx, mailboxId));
    let running = true;
    const work = checkMailbox(house, { instanceId, mailboxId }, never).finally(() => {
      running = false;
    });
    while (running) {
      await Promise.race([work, sleep(2_000)]);
      const check = (await look())?.check;
      if (running && check) say(`${address}: ${number(check.stored)} checked …`);
    }
    await work;
    const view = await look();
    const disconnected = view?.state === 'disconnected';
    results.push({ address, check: view?.check ?? null, disconnected });
    for (const { date, from, subject } of view?.check?.missing ?? []) {
      say(`${address}: was missing: ${date} ${from} “${subject}”`);
    }
  }
  for (const line of table(results)) say(line);
  return results.every(
    ({ check, disconnected }) =>
      !disconnected && check?.state === 'done' && check.stored + check.fetched === check.expected,
  );
}

async function chosen(
  { deployment }: Pick<CommandHouse, 'deployment'>,
  { mailbox, instance }: { mailbox?: string | undefined; instance?: string | undefined },
) {
  let query = deployment.sql
    .selectFrom('mailbox')
    .innerJoin('instance', 'instance.id', 'mailbox.instanceId')
    .where('mailbox.deletedAt', 'is', null)
    .select(['mailbox.instanceId', 'mailbox.id as mailboxId', 'mailbox.address'])
    .orderBy('instance.slug')
    .orderBy('mailbox.address');
  if (mailbox) query = query.where('mailbox.address', '=', mailbox.toLowerCase());
  if (instance) query = query.where('instance.slug', '=', instance);
  return query.execute();
}

function table(
  results: Array<{ address: string; check: CheckView | null; disconnected: boolean }>,
): string[] {
  const rows = results.map(({ address, check, disconnected }) => [
    address,
    check ? `${number(check.stored + check.fetched)} of ${number(check.expected)}` : '',
    check?.fetched
      ? `${number(check.fetched)} were missing and have been fetched`
      : outcome(check, disconnected),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([address, count, words]) =>
    `${address!.padEnd(widths[0]!)}  ${count!.padStart(widths[1]!)}  ${words}`.trimEnd(),
  );
}

function outcome(check: CheckView | null, disconnected: boolean): string {
  if (disconnected) return 'disconnected from Gmail: reconnect it, then check again';
  if (check?.state === 'failed') return check.failure ?? '';
  if (check?.state !== 'done') return 'being checked by another process';
  return 'all there';
}

const number = (count: number) => count.toLocaleString('en');
