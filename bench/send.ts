import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gmail } from '../server/src/google/gmail.ts';
import { deliveryHeader, sendMessage } from '../server/src/google/send.ts';
import { composeMime } from '../server/src/mail/compose/compose-mime.ts';
import { textAlternative } from '../server/src/mail/html/text-alternative.ts';
import { openBaselineGmail } from './baseline.ts';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { postgresSeconds } from './postgres-seconds.ts';
import { seededRandom, sentences, shortSampleMail } from './sample-mail.ts';
import { countStatements, printStatements } from './statements.ts';

const sends = Number(process.env.N ?? 1_500);
/** How many answers are sent in a burst through the API. */
const burst = Number(process.env.BURST ?? 100);
/** Long enough for the notifications of what was sent, and the looks at the mailboxes after them (ms). */
const settleMs = 4_000;
/** As many as a Postroom process sends at once (server/src/outbound/send/send-scheduler.ts). */
const concurrency = 32;
/** How many answers are written at once. */
const writers = 8;
const accounts = Array.from({ length: 8 }, (_, index) => `desk${index + 1}@acme.example`);

/**
 * Deliveries per second in 8 mailboxes without quotas, from the queue to the recorded Sent copy, and processor
 * time per delivery. Baseline of the same run: the same answers to other conversations, composed and sent by
 * the same functions with the same concurrency. The simulator and Postgres share the machine.
 */
export async function sendBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    const web = await environment.startPostroom('web');
    await environment.signIn();
    await environment.connect(accounts);
    await receive(environment, 2 * sends + burst);
    const targets = await conversations(environment);
    const answered = targets.slice(0, sends).map((topic, n) => ({ ...topic, html: answerHtml(n) }));
    await writeAnswers(environment, answered);
    await web.stop();
    const measured = await deliver(environment);
    const baseline = await measureBaseline(
      environment,
      targets.slice(sends, 2 * sends).map((topic, n) => ({ ...topic, html: answerHtml(n) })),
    );
    // The process of the burst would still read what was sent before: the copies of the baseline are new to it.
    const received = targets.length + sends + sends;
    const inBurst = await sendBurst(
      environment,
      received,
      targets.slice(2 * sends).map((topic, n) => ({ ...topic, html: answerHtml(n) })),
    );
    const round = (value: number) => Math.round(value * 100) / 100;
    const ratio = round(measured.rate / baseline.rate);
    console.table({
      Postroom: { ...toTableRow(measured), ratio },
      'baseline: compose and send': toTableRow(baseline),
    });
    console.table({
      [`${burst} answers at once through the API`]: {
        'deliveries per second': Math.round(inBurst.rate),
        'processor ms per delivery, server and Postgres': round(inBurst.cpuMs),
        'of these, Postgres': round(inBurst.postgresMs),
        'transactions per delivery': round(inBurst.transactions),
        'Gmail units per delivery': round(inBurst.units),
      },
    });
    return {
      rate: Math.round(measured.rate),
      floor: Math.round(baseline.rate),
      ratio,
      cpuMs: round(measured.cpuMs),
      floorCpuMs: round(baseline.cpuMs),
      postgresMs: round(measured.postgresMs),
      burstRate: Math.round(inBurst.rate),
      burstCpuMs: round(inBurst.cpuMs),
      burstTransactions: round(inBurst.transactions),
      burstUnits: round(inBurst.units),
      sends,
    };
  } finally {
    await environment.stop();
  }
}

/** `postgresMs`: 0 for the baseline, which uses no database. */
type Figures = { rate: number; cpuMs: number; postgresMs: number };
const toTableRow = ({ rate, cpuMs, postgresMs }: Figures) => ({
  'deliveries per second': Math.round(rate),
  'processor ms per delivery': Number(cpuMs.toFixed(2)),
  'and of Postgres': Number(postgresMs.toFixed(2)),
});

type AnswerTarget = {
  id: string;
  mailboxId: string;
  account: string;
  customer: string;
  subject: string;
  rfcMessageId: string;
  threadId: string;
};

/** The HTML of the nth answer: 0.5 to 2.5 kB. */
function answerHtml(n: number): string {
  const random = seededRandom(n + 1);
  const text = sentences(500 + Math.floor(random() * 2_000), random);
  return `<p>${text.replaceAll('\r\n', '</p><p>')}</p>`;
}

/** Receives `count` messages, each a new conversation. */
async function receive(environment: BenchEnvironment, count: number): Promise<void> {
  const random = seededRandom(1);
  for (let n = 0; n < count; n += 1) {
    await environment.deliver(
      accounts[n % accounts.length]!,
      shortSampleMail(n, accounts[n % accounts.length]!, random),
    );
  }
  const worker = await environment.startPostroom('worker');
  await environment.waitUntilStored(null, count);
  await worker.stop();
}

async function conversations(environment: BenchEnvironment): Promise<AnswerTarget[]> {
  const { rows } = await environment.pool.query<AnswerTarget>(
    `select c.id, c.mailbox_id as "mailboxId", b.address as account, m.from_address as customer,
       m.subject, m.rfc_message_id as "rfcMessageId", g.gmail_thread_id as "threadId"
     from conversation c
     join mailbox b on b.id = c.mailbox_id
     join message m on m.conversation_id = c.id
     join gmail_message g on g.message_id = m.id
     order by m.sent_at, m.id`,
  );
  // Alternates between the mailboxes.
  const ofEach = [...Map.groupBy(rows, ({ account }) => account).values()];
  return ofEach[0]!.flatMap((_, index) => ofEach.flatMap((rowsOfMailbox) => rowsOfMailbox[index] ?? []));
}

/** Agents answer through the API; while no worker runs, the deliveries stay in the queue. `ids`: gets those written. */
async function writeAnswers(
  environment: BenchEnvironment,
  answered: Array<AnswerTarget & { html: string }>,
  ids = new Set<string>(),
): Promise<void> {
  const queue = answered.values();
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (const { id, mailboxId, customer, html } of queue) {
        const at = `/api/instances/${environment.instanceId()}/conversations/${id}/replies`;
        const messageId = randomUUID();
        ids.add(messageId);
        await environment.call('POST', at, { id: messageId, mailboxId, to: [customer], html });
      }
    }),
  );
}

/** Measures from the first confirmed delivery to the last, without the start of the process. */
async function deliver(environment: BenchEnvironment): Promise<Figures> {
  await countStatements(environment.pool);
  const worker = await environment.startPostroom('worker');
  const idle = worker.processorSeconds();
  const postgresBefore = await postgresSeconds(environment.pool);
  for (let last = -1; ; ) {
    await sleep(500);
    const { rows } = await environment.pool.query<{ sent: number; seconds: number }>(
      `select count(*)::int as sent, extract(epoch from max(changed_at) - min(changed_at))::float8 as seconds
       from delivery where state = 'sent'`,
    );
    const { sent, seconds } = rows[0]!;
    if (sent >= sends) {
      const each = (spent: number) => (spent / sent) * 1_000;
      const cpuMs = each(worker.processorSeconds() - idle);
      const postgresMs = each((await postgresSeconds(environment.pool)) - postgresBefore);
      await printStatements(environment.pool, sent);
      await worker.stop();
      return { rate: (sent - 1) / seconds, cpuMs, postgresMs };
    }
    if (sent === last && sent > 0) process.stderr.write(`waiting at ${sent}\n`);
    last = sent;
  }
}

type BurstFigures = {
  rate: number;
  cpuMs: number;
  postgresMs: number;
  transactions: number;
  /** Of Gmail, as the simulator counts them. */
  units: number;
};

/**
 * Answers written through the API of a process that does everything, and sent by it: from the first request to the last
 * recorded Sent copy. The processor time, the transactions and the units include what the echoes of the answers cost,
 * which arrive as notifications; what the process does at rest is measured before, once `received` messages are stored,
 * and subtracted.
 */
async function sendBurst(
  environment: BenchEnvironment,
  received: number,
  answered: Array<AnswerTarget & { html: string }>,
): Promise<BurstFigures> {
  const server = await environment.startPostroom('all');
  await environment.signIn();
  const ids = new Set<string>();
  const read = async () => ({
    server: server.processorSeconds(),
    postgres: await postgresSeconds(environment.pool),
    transactions: await transactions(environment),
    units: await unitsOfAll(environment),
  });
  await environment.waitUntilStored(null, received);
  await sleep(settleMs);
  const before = await read();
  await sleep(settleMs);
  const rested = await read();
  await countStatements(environment.pool);
  const began = performance.now();
  await writeAnswers(environment, answered, ids);
  while (!(await areSent(environment, ids))) await sleep(20);
  const seconds = (performance.now() - began) / 1_000;
  await sleep(settleMs);
  const after = await read();
  await printStatements(environment.pool, answered.length);
  const periods = (seconds * 1_000 + settleMs) / settleMs;
  const spent = (name: keyof typeof before) =>
    (after[name] - rested[name] - periods * (rested[name] - before[name])) / answered.length;
  await server.stop();
  return {
    rate: answered.length / seconds,
    cpuMs: (spent('server') + spent('postgres')) * 1_000,
    postgresMs: spent('postgres') * 1_000,
    transactions: spent('transactions'),
    units: spent('units'),
  };
}

async function areSent(environment: BenchEnvironment, ids: ReadonlySet<string>): Promise<boolean> {
  const { rows } = await environment.pool.query(
    `select from delivery where message_id = any($1) and state <> 'sent' limit 1`,
    [[...ids]],
  );
  return rows.length === 0;
}

async function unitsOfAll(environment: BenchEnvironment): Promise<number> {
  const units = await Promise.all(accounts.map((account) => environment.unitsSpent(account)));
  return units.reduce((sum, one) => sum + one, 0);
}

async function transactions({ pool }: BenchEnvironment): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select (xact_commit + xact_rollback)::float8 as n from pg_stat_database where datname = current_database()`,
  );
  return rows[0]!.n;
}

async function measureBaseline(
  environment: BenchEnvironment,
  answered: Array<AnswerTarget & { html: string }>,
): Promise<Figures> {
  const gmails = new Map<string, Gmail>();
  for (const account of accounts)
    gmails.set(account, await openBaselineGmail(environment, account, concurrency));
  const began = performance.now();
  const before = process.cpuUsage();
  const queue = answered.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const { account, customer, subject, rfcMessageId, threadId, html } of queue) {
        const raw = await composeMime({
          from: { name: account, address: account },
          replyTo: null,
          to: [{ name: '', address: customer }],
          cc: [],
          bcc: [],
          subject: `Re: ${subject}`,
          text: textAlternative(html),
          html,
          inReplyTo: rfcMessageId,
          references: [rfcMessageId],
          headers: { [deliveryHeader]: randomUUID() },
          date: new Date(),
        });
        const sent = await sendMessage(gmails.get(account)!, { raw, threadId });
        if (sent.kind !== 'ok') throw new Error(sent.kind);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { rate: answered.length / seconds, cpuMs: (user + system) / 1_000 / answered.length, postgresMs: 0 };
}
