import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

const ordinary = 'desk@acme.example';
const attacked = 'attacked@acme.example';
const messages = Number(process.env.N ?? 200);

/**
 * Milliseconds of `GET /api/me`, one after the other, while ordinary mail arrives, and while the messages arrive
 * beside it that are the worst known to the reader. `ratio` is that of the 99th percentiles: about 1 where reading
 * blocks nobody. `slowest` is the longest wait.
 */
export async function hostileBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('all');
    await environment.signIn();
    await environment.connect([ordinary, attacked]);
    await measureWhile(environment, () => deliverOrdinary(environment, 0)); // compiles code, starts threads
    const without = await measureWhile(environment, () => deliverOrdinary(environment, 1));
    const beside = await measureWhile(environment, async () => {
      const hostile = hostileMessages();
      for (const raw of hostile) await environment.deliver(attacked, raw);
      await deliverOrdinary(environment, 2);
      await environment.waitUntilStored(attacked, hostile.length);
    });
    const ratio = Math.round((100 * beside.p99) / without.p99) / 100;
    console.table({ 'ordinary mail': without, 'hostile mail beside it': { ...beside, ratio } });
    return { p99: beside.p99, slowest: beside.slowest, floor: without.p99, ratio };
  } finally {
    await environment.stop();
  }
}

async function deliverOrdinary(environment: BenchEnvironment, run: number): Promise<void> {
  const random = seededRandom(run);
  for (let n = 0; n < messages; n += 1) {
    await environment.deliver(ordinary, sampleMail(run * messages + n, ordinary, random));
  }
  await environment.waitUntilStored(ordinary, (run + 1) * messages);
}

type Times = { p50: number; p99: number; slowest: number };

/** Asks for the signed-in user until the work is done. */
async function measureWhile(environment: BenchEnvironment, work: () => Promise<void>): Promise<Times> {
  let working = true;
  const done = work().finally(() => {
    working = false;
  });
  const times: number[] = [];
  while (working) {
    const began = performance.now();
    await environment.call('GET', '/api/me');
    times.push(performance.now() - began);
    await sleep(10);
  }
  await done;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(10 * sorted[Math.ceil(sorted.length * share) - 1]!) / 10;
  return { p50: at(0.5), p99: at(0.99), slowest: at(1) };
}

/** Messages of 60 kB that once took seconds each, or might, and pages of several megabytes. */
function hostileMessages(): Buffer[] {
  const many = (piece: string, bytes = 60_000) => piece.repeat(bytes / piece.length);
  const text = (body: string) => `Subject: Re: order\r\n\r\nHello\r\n${body}x`;
  const page = (body: string) => `Subject: order\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>${body}`;
  const report = (fields: string) =>
    `From: mailer-daemon@far.example\r\nSubject: failure notice\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNot delivered.\r\n${many('\r\n')}x\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${fields}\r\n--b--`;
  return [
    ...[' ', '(', '"', '=?utf-8?q?'].map((piece) => `Subject: Out of office${many(piece)}x\r\n\r\nhi`),
    ...['<', 'a@', '"', ', '].map((piece) => `From: ${many(piece)}x\r\nSubject: from\r\n\r\nhi`),
    ...['<', '<a@', ' \r\n '].map((piece) => `In-Reply-To: ${many(piece)}x\r\nSubject: thread\r\n\r\nhi`),
    ...['\r\n', '> ', '* ', '-', 'On ', 'wrote: ', 'From: ', 'http://'].map((piece) => text(many(piece))),
    ...['<div>', '<', '<!--', '<blockquote>', '&', '<p>word</p>'].map((piece) => page(many(piece))),
    ...['~', '@', 'a'].map((piece) =>
      report(`Final-Recipient: ${many(piece)}\r\nAction: failed\r\nDiagnostic-Code: ${many(`${piece} `)}`),
    ),
    page(many('<p>some <b>words</b> of it</p>\n', 5_000_000)),
    page(many('<table><tr><td>words', 2_000_000)),
  ].map((message, n) => Buffer.from(`Message-ID: <hostile-${n}@far.example>\r\n${message}`));
}
