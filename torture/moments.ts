import { setTimeout as sleep } from 'node:timers/promises';
import type { WrittenAnswer } from './answers.ts';
import { deliveries } from './database-rows.ts';
import type { TrialContext } from './trial-context.ts';

/** Where the workers are when they are killed; each is reached on purpose. */
export const moments = {
  /** An answer is stored, and nobody has looked at it. */
  queued,
  /** It is marked as being sent; Gmail has not been asked. */
  claimed,
  /** Gmail was asked and has not accepted it. */
  asked,
  /** Gmail has accepted it and not answered. */
  accepted,
  /** Gmail has answered; that is not recorded. */
  answered,
  /** It waits after a failed attempt. */
  waiting,
  /** It may have been sent; Sent is being read. */
  searching,
  /** A received message is being fetched. */
  fetching,
  /** Received messages are written, and not committed. */
  storing,
  /** One message of a page of history is stored; the cursor has not moved. */
  stored,
};
export type Moment = keyof typeof moments;

/** Resolves to true when `holds` does, to false after `ms`, on a fast machine. */
export async function until(
  { speed }: Pick<TrialContext, 'speed'>,
  holds: () => Promise<boolean>,
  ms = 8_000,
): Promise<boolean> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > speed.scaled(ms)) return false;
    await sleep(20);
  }
  return true;
}

/** Gmail answers the history with errors, so that no sync finds a Sent copy before the next attempt does. */
export const blockHistory = ({ google }: Pick<TrialContext, 'google'>) =>
  google.fault({ kind: '503', method: 'history.list', times: null });

export async function timesAccepted({ google }: Pick<TrialContext, 'google'>, id: string): Promise<number> {
  return (await google.ledger()).filter(({ kind, delivery }) => kind === 'accepted' && delivery === id)
    .length;
}

export async function deliveryOf({ pool }: TrialContext, { id }: WrittenAnswer) {
  return (await deliveries(pool)).find(({ messageId }) => messageId === id);
}

/** Waits until an answer is sent for good, or twice. */
export async function untilSent(context: TrialContext, answer: WrittenAnswer): Promise<void> {
  await until(
    context,
    async () =>
      (await timesAccepted(context, answer.id)) > 1 || (await deliveryOf(context, answer))?.state === 'sent',
    45_000,
  );
}

async function queued(context: TrialContext): Promise<boolean> {
  context.signalWorkers('SIGSTOP');
  const answer = await context.write();
  await context.killWorkers();
  return answer !== false;
}

async function claimed(context: TrialContext): Promise<boolean> {
  await context.google.fault({ kind: 'hang', method: 'messages.send' });
  const answer = await context.write();
  if (!answer) return false;
  const isSending = await until(
    context,
    async () => (await deliveryOf(context, answer))?.state === 'sending',
  );
  context.signalWorkers('SIGSTOP');
  const notAsked = await context.google.hasFault('hang');
  await context.killWorkers();
  return isSending && notAsked;
}

async function asked(context: TrialContext): Promise<boolean> {
  await context.google.fault({ kind: 'hang', method: 'messages.send' });
  if (!(await context.write())) return false;
  const reached = await until(context, async () => !(await context.google.hasFault('hang')));
  await context.killWorkers();
  return reached;
}

async function accepted(context: TrialContext): Promise<boolean> {
  await blockHistory(context);
  await context.google.fault({ kind: 'slow', method: 'messages.send', delayMs: 60_000 });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => (await timesAccepted(context, answer.id)) > 0);
  await context.killWorkers();
  await untilSent(context, answer);
  return reached;
}

async function answered(context: TrialContext): Promise<boolean> {
  await context.google.fault({ kind: 'slow', method: 'messages.send', delayMs: 1_500 });
  const answer = await context.write();
  if (!answer) return false;
  if (!(await until(context, async () => (await timesAccepted(context, answer.id)) > 0))) return false;
  return context.whileLocked(
    `select from delivery where message_id = '${answer.id}' and state = 'sending' for update`,
    async (isWaitedFor) => {
      const reached = await until(context, isWaitedFor);
      await context.killWorkers();
      return reached;
    },
  );
}

async function waiting(context: TrialContext): Promise<boolean> {
  await context.google.fault({ kind: '503', method: 'messages.send', times: null });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => {
    const row = await deliveryOf(context, answer);
    return row?.state === 'queued' && row.attempts > 0;
  });
  await context.killWorkers();
  return reached;
}

async function searching(context: TrialContext): Promise<boolean> {
  await blockHistory(context);
  await context.google.fault({ kind: 'lost-response', method: 'messages.send' });
  await context.google.fault({ kind: 'hang', method: 'messages.list' });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => !(await context.google.hasFault('hang')), 25_000);
  await context.killWorkers();
  await untilSent(context, answer);
  return reached;
}

async function fetching(context: TrialContext): Promise<boolean> {
  const messageId = await context.deliver((id) => context.google.hangOnce(id));
  const reached = await until(context, async () => !(await context.google.hangs(messageId)));
  await context.killWorkers();
  await context.google.cure(messageId);
  return reached;
}

async function storing(context: TrialContext): Promise<boolean> {
  return context.whileLocked('lock table raw_message in share mode', async (isWaitedFor) => {
    await context.deliver();
    const reached = await until(context, isWaitedFor);
    await context.killWorkers();
    return reached;
  });
}

async function stored(context: TrialContext): Promise<boolean> {
  const { google, pool } = context;
  const account = context.anyAccount();
  // Both are on one page of history.
  await blockHistory(context);
  const first = await context.deliver(undefined, account);
  const second = await context.deliver((id) => google.hangOnce(id), account);
  await google.clearFaults();
  const reached = await until(
    context,
    async () => {
      if (await google.hangs(second)) return false;
      const { rows } = await pool.query(
        `select m.rfc_message_id as id from message m join gmail_message g on g.message_id = m.id
           join mailbox b on b.id = g.mailbox_id where b.address = $1 and m.rfc_message_id = any($2)`,
        [account, [first, second]],
      );
      return rows.length === 1 && rows[0].id === first;
    },
    15_000,
  );
  await context.killWorkers();
  await google.cure(second);
  return reached;
}
