import { randomUUID } from 'node:crypto';
import type { Gmail } from '../server/src/google/gmail.ts';
import { deliveryHeader, sendMessage } from '../server/src/google/send.ts';
import { composeMime } from '../server/src/mail/compose/compose-mime.ts';
import { textFromHtml } from '../server/src/mail/html/text-from-html.ts';
import { openBaselineGmail } from './baseline.ts';
import { openStage, type Stage } from './environment.ts';
import { seededRandom, sentences, shortSampleMail } from './sample-mail.ts';

const sends = Number(process.env.N ?? 1_500);
/** As many as a process of Postroom sends at once (jobs/worker.ts). */
const concurrency = 8;
const accounts = Array.from({ length: 8 }, (_, index) => `desk${index + 1}@acme.example`);

/**
 * Deliveries a second over 8 mailboxes with quotas off, from the queue to the Sent copy read back and
 * recorded, and processor time a delivery; beside a floor in the same run: the same answers to other
 * conversations, built by the same builder and given to the same call, as many at once, and nothing
 * else. The simulator and Postgres share the machine.
 */
export async function sendBench(): Promise<Record<string, number>> {
  const stage = await openStage();
  try {
    const web = await stage.startPostroom('web');
    await stage.signIn();
    await stage.connect(accounts);
    await receive(stage, 2 * sends);
    const topics = await conversations(stage);
    const answered = topics.slice(0, sends).map((topic, n) => ({ ...topic, html: answer(n) }));
    await write(stage, answered);
    await web.end();
    const ours = await deliver(stage);
    const floor = await bareLoop(
      stage,
      topics.slice(sends).map((topic, n) => ({ ...topic, html: answer(n) })),
    );
    console.table({ Postroom: shown(ours), 'floor: build and send': shown(floor) });
    const round = (value: number) => Math.round(value * 100) / 100;
    return {
      rate: Math.round(ours.rate),
      floor: Math.round(floor.rate),
      ratio: round(ours.rate / floor.rate),
      cpuMs: round(ours.cpuMs),
      floorCpuMs: round(floor.cpuMs),
      sends,
    };
  } finally {
    await stage.clear();
  }
}

type Figures = { rate: number; cpuMs: number };
const shown = ({ rate, cpuMs }: Figures) => ({
  'deliveries a second': Math.round(rate),
  'processor ms a delivery': Number(cpuMs.toFixed(2)),
});

type Topic = {
  id: string;
  mailboxId: string;
  account: string;
  customer: string;
  subject: string;
  rfcMessageId: string;
  threadId: string;
};

/** The words of the nth answer: one to five kB, as agents write. */
function answer(n: number): string {
  const random = seededRandom(n + 1);
  const text = sentences(500 + Math.floor(random() * 2_000), random);
  return `<p>${text.replaceAll('\r\n', '</p><p>')}</p>`;
}

/** Customers write in, each a conversation of its own. */
async function receive(stage: Stage, count: number): Promise<void> {
  const random = seededRandom(1);
  for (let n = 0; n < count; n += 1) {
    await stage.deliver(
      accounts[n % accounts.length]!,
      shortSampleMail(n, accounts[n % accounts.length]!, random),
    );
  }
  const worker = await stage.startPostroom('worker');
  await stage.stored(null, count);
  await worker.end();
}

async function conversations(stage: Stage): Promise<Topic[]> {
  const { rows } = await stage.pool.query<Topic>(
    `select c.id, c.mailbox_id as "mailboxId", b.address as account, m.from_address as customer,
       m.subject, m.rfc_message_id as "rfcMessageId", g.gmail_thread_id as "threadId"
     from conversation c
     join mailbox b on b.id = c.mailbox_id
     join message m on m.conversation_id = c.id
     join gmail_message g on g.message_id = m.id
     order by m.sent_at, m.id`,
  );
  // Each mailbox in turn.
  const ofEach = [...Map.groupBy(rows, ({ account }) => account).values()];
  return ofEach[0]!.flatMap((_, index) => ofEach.flatMap((own) => own[index] ?? []));
}

/** Agents answer through the API, while nobody sends. */
async function write(stage: Stage, answered: Array<Topic & { html: string }>): Promise<void> {
  const queue = answered.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const { id, mailboxId, customer, html } of queue) {
        const at = `/api/instances/${stage.instanceId()}/conversations/${id}/replies`;
        await stage.call('POST', at, { id: randomUUID(), mailboxId, to: [customer], html });
      }
    }),
  );
}

/** From the first delivery confirmed to the last; starting up is not of the rate. */
async function deliver(stage: Stage): Promise<Figures> {
  const worker = await stage.startPostroom('worker');
  const idle = await worker.processorSeconds();
  for (let last = -1; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { rows } = await stage.pool.query<{ sent: number; seconds: number }>(
      `select count(*)::int as sent, extract(epoch from max(changed_at) - min(changed_at))::float8 as seconds
       from delivery where state = 'sent'`,
    );
    const { sent, seconds } = rows[0]!;
    if (sent >= sends) {
      const cpuMs = (((await worker.processorSeconds()) - idle) / sent) * 1_000;
      await worker.end();
      return { rate: (sent - 1) / seconds, cpuMs };
    }
    if (sent === last && sent > 0) process.stderr.write(`waiting at ${sent}\n`);
    last = sent;
  }
}

async function bareLoop(stage: Stage, answered: Array<Topic & { html: string }>): Promise<Figures> {
  const gmails = new Map<string, Gmail>();
  for (const account of accounts) gmails.set(account, await openBaselineGmail(stage, account, concurrency));
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
          text: textFromHtml(html),
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
  return { rate: answered.length / seconds, cpuMs: (user + system) / 1_000 / answered.length };
}
