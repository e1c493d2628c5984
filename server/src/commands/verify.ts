import { setTimeout as sleep } from 'node:timers/promises';
import { checkMailbox } from '../inbound/completeness/completeness-check.ts';
import { translateProblem } from '../locales/translate.ts';
import type { MailboxRef } from '../mailboxes/mailbox-ref.ts';
import { type CheckView, mailbox as mailboxView } from '../mailboxes/mailbox-view.ts';
import type { CommandContext } from './command-context.ts';

const pollIntervalMs = 2_000;

type Result = { address: string; check: CheckView | null; disconnected: boolean; error: string | null };

/**
 * Checks the given addresses one after the other and prints progress and a table. Waits for a check that the
 * server is already running. Returns whether every message of every address is stored now.
 */
export async function verify(
  context: Omit<CommandContext, 'close'>,
  filter: { mailbox?: string | undefined; instance?: string | undefined },
  print: (line: string) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<boolean> {
  const mailboxes = await selectMailboxes(context, filter);
  if (mailboxes.length === 0) {
    print('No connected address fits.');
    return false;
  }
  const results: Result[] = [];
  for (const { instanceId, mailboxId, address } of mailboxes) {
    if (signal.aborted) return false;
    const readView = () => context.database.inInstance(instanceId, (tx) => mailboxView(tx, mailboxId));
    let error: string | null = null;
    let running = true;
    const work = checkOrWait(context, { instanceId, mailboxId }, readView, signal)
      .catch((thrown: Error) => {
        error = thrown.message;
      })
      .finally(() => {
        running = false;
      });
    while (running) {
      await Promise.race([work, sleep(pollIntervalMs)]);
      const check = running ? (await readView())?.check : null;
      if (check) print(`${address}: ${progress(check)} …`);
    }
    const view = await readView();
    results.push({
      address,
      check: view?.check ?? null,
      disconnected: view?.state === 'disconnected',
      error,
    });
    for (const { date, from, subject } of view?.check?.missing ?? []) {
      print(`${address}: was missing: ${date ?? 'at an unknown time'} ${from} “${subject}”`);
    }
  }
  for (const line of table(results)) print(line);
  return results.every(
    ({ check, disconnected, error }) =>
      !error && !disconnected && check?.state === 'done' && check.stored + check.fetched === check.expected,
  );
}

/** Checks a mailbox; if another process does so, waits for the end of that check. */
async function checkOrWait(
  context: Omit<CommandContext, 'close'>,
  at: MailboxRef,
  readView: () => ReturnType<typeof mailboxView>,
  signal: AbortSignal,
): Promise<void> {
  while ((await checkMailbox(context, at, signal)) === 'busy' && !signal.aborted) {
    await sleep(pollIntervalMs, undefined, { signal }).catch(() => {});
    const state = (await readView())?.check?.state;
    if (state === 'done' || state === 'failed') return;
  }
}

function progress({ state, stored, expected, fetched }: CheckView): string {
  if (state === 'fetching') return `${number(fetched)} of ${number(expected - stored)} missing fetched`;
  return `${number(stored)} of ${number(expected)} checked`;
}

async function selectMailboxes(
  { deployment }: Pick<CommandContext, 'deployment'>,
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

function table(results: Result[]): string[] {
  const rows = results.map((result) => [
    result.address,
    result.check
      ? `${number(result.check.stored + result.check.fetched)} of ${number(result.check.expected)}`
      : '',
    outcome(result),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([address, count, description]) =>
    `${address!.padEnd(widths[0]!)}  ${count!.padStart(widths[1]!)}  ${description}`.trimEnd(),
  );
}

function outcome({ check, disconnected, error }: Result): string {
  if (error) return `could not be checked: ${error}`;
  if (disconnected) return 'disconnected from Gmail: reconnect it, then check again';
  if (check?.state === 'failed') return check.problem ? translateProblem('en', check.problem).title : '';
  if (check?.state !== 'done') return 'not checked to the end';
  const absent = check.expected - check.stored - check.fetched;
  if (absent > 0) return `${number(absent)} missing could not be fetched`;
  if (check.fetched === 1) return '1 was missing and has been fetched';
  if (check.fetched > 1) return `${number(check.fetched)} were missing and have been fetched`;
  return 'all there';
}

const number = (count: number) => count.toLocaleString('en');
