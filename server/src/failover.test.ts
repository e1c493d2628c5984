import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLedger } from '../../google-simulator/src/mail/ledger.ts';
import { addMessage } from '../../google-simulator/src/mail/messages.ts';
import { quota } from '../../google-simulator/src/quota.ts';
import { connect } from './database/connect.ts';
import {
  hasPostgres15,
  type ReplicatedPostgres,
  startReplicatedPostgres,
} from './testing/replicated-postgres.ts';
import { type SimulatedGoogle, startSimulatedGoogle } from './testing/simulated-google.ts';
import { readLiveStream, signInFirstAdmin, startWebProcess, type WebProcess } from './testing/web-process.ts';

describe.runIf(hasPostgres15)('a primary dies, and its synchronous standby is promoted', () => {
  let postgres: ReplicatedPostgres;
  let google: SimulatedGoogle;
  let processes: WebProcess[];
  beforeAll(async () => {
    postgres = await startReplicatedPostgres();
    google = await startSimulatedGoogle();
    // As much as this machine writes exceeds a mailbox's minute at Gmail, and a session's here.
    quota(google.simulator).setPerMinute(null);
    const unlimited = { GMAIL_UNITS_PER_MINUTE: '1000000', POSTROOM_REQUESTS_PER_MINUTE: '1000000' };
    const env = { ...google.settings, ...unlimited };
    processes = [
      await startWebProcess(postgres.connection, env),
      await startWebProcess(postgres.connection, { ...env, POSTROOM_ROLE: 'all' }),
    ];
  }, 60_000);
  afterAll(async () => {
    for (const each of processes ?? []) await each.stop();
    await google?.stop();
    await postgres?.stop();
  });

  test('what was confirmed is there, once, messages are sent once, and events go on without a gap', async () => {
    const [one, other] = processes.map(({ address }) => address) as [string, string];
    const { headers, instancePath } = await signInFirstAdmin(one);
    const ask = (address: string, method: string, path: string, body?: object) =>
      fetch(path.startsWith('/oauth') ? address + path : `${address}${instancePath}${path}`, {
        method,
        redirect: 'manual',
        // The service answers, or says that the database is away. It keeps nobody waiting.
        signal: AbortSignal.timeout(40_000),
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    const mailboxId = await connectSupport(google, (...call) => ask(one, ...call));
    const conversations = await receiveMail(google, (...call) => ask(other, ...call));

    const ending = new AbortController();
    /** As a client does that got no answer: asks again for the same, which has an id of its own. */
    const write = async (send: (id: string) => Promise<Response>, everyMs: number) => {
      const confirmed: string[] = [];
      while (!ending.signal.aborted) {
        const id = uuid();
        for (;;) {
          const answer = await send(id);
          const text = await answer.text();
          if (answer.ok) break;
          // Nothing but “the database is away”, for as long as it was.
          if (answer.status !== 503) throw new Error(`${answer.status}: ${text}`);
          await sleep(100);
        }
        confirmed.push(id);
        await sleep(everyMs);
      }
      return confirmed;
    };
    let count = 0;
    const note = (address: string, conversationId: string) => (id: string) => {
      count += 1;
      return ask(address, 'POST', `/conversations/${conversationId}/notes`, { id, html: `<p>${id}</p>` });
    };
    const answer = (address: string, conversationId: string) => (id: string) => {
      const to = { mailboxId, to: ['ana@far.example'], cc: [], bcc: [] };
      return ask(address, 'POST', `/conversations/${conversationId}/replies`, {
        id,
        ...to,
        html: `<p>${id}</p>`,
      });
    };
    const seen: number[] = [];
    const reading = new AbortController();
    const follow = async () => {
      while (!reading.signal.aborted) {
        await readLiveStream(
          `${other}${instancePath}/events`,
          { headers: { ...headers, 'last-event-id': String(seen.at(-1) ?? 0) }, signal: reading.signal },
          (seq) => seen.push(seq),
        ).catch(() => {});
        await sleep(50);
      }
    };
    const at = (index: number) => (index % 2 ? one : other);
    const noting = conversations.map((id, index) => write(note(at(index), id), 5));
    const answering = conversations.map((id, index) => write(answer(at(index), id), 50));
    const following = follow();
    const accepted = () => readLedger(google.simulator).filter(({ kind }) => kind === 'accepted');
    await expect.poll(() => Math.min(count, accepted().length), { timeout: 20_000 }).toBeGreaterThan(20);
    await postgres.failOver();
    const [notesBefore, sentBefore] = [count, accepted().length];
    await expect
      .poll(() => Math.min(count - notesBefore, accepted().length - sentBefore), { timeout: 30_000 })
      .toBeGreaterThan(20);
    ending.abort();
    const confirmedNotes = (await Promise.all(noting)).flat();
    const confirmedAnswers = await Promise.all(answering);

    const deployment = connect(postgres.connection);
    const { rows: notes } = await deployment.pool.query<{ id: string }>(
      "select id from message where direction = 'note' order by id",
    );
    expect(notes.map(({ id }) => id)).toEqual(confirmedNotes.toSorted());

    // Each conversation's answers in the order written, each once.
    const sent = (ids: string[]) =>
      accepted().flatMap(({ delivery }) => (delivery && ids.includes(delivery) ? [delivery] : []));
    await expect.poll(() => confirmedAnswers.map(sent), { timeout: 60_000 }).toEqual(confirmedAnswers);
    expect(accepted()).toHaveLength(confirmedAnswers.flat().length);

    const { rows: events } = await deployment.pool.query<{ seq: number }>(
      'select seq from event order by seq',
    );
    await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe(events.at(-1)!.seq);
    expect(seen).toEqual(events.map(({ seq }) => seq));
    expect(seen).toEqual(seen.map((_, index) => index + 1));
    reading.abort();
    await following;
    await deployment.pool.end();
  }, 180_000);
});

type Ask = (method: string, path: string, body?: object) => Promise<Response>;

const support = 'support@acme.example';

/** Connects an address through Google's pages; returns the mailbox's id. */
async function connectSupport(google: SimulatedGoogle, ask: Ask): Promise<string> {
  const started = await ask('POST', '/connections', {});
  const { id, authorizationUrl } = (await started.json()) as Record<'id' | 'authorizationUrl', string>;
  const back = await google.signIn(authorizationUrl, { as: support });
  await ask('GET', `/oauth/google/callback?${new URLSearchParams(back)}`);
  const settings = { displayName: 'Support', templateId: null, dynamicAliasName: false, threading: 'single' };
  const saved = await ask('POST', `/connections/${id}/save`, settings);
  await ask('PATCH', '/writing-settings', { undoSeconds: 0 });
  return ((await saved.json()) as { mailbox: { id: string } }).mailbox.id;
}

/** Messages of two customers; returns the conversations once they are there. */
async function receiveMail(google: SimulatedGoogle, ask: Ask): Promise<string[]> {
  for (const subject of ['One', 'Two']) {
    const raw = Buffer.from(
      `From: Ana <ana@far.example>\r\nTo: ${support}\r\nSubject: ${subject}\r\n\r\nHello\r\n`,
    );
    addMessage(google.simulator, support, { raw, labels: ['INBOX'] });
  }
  const ids = async () => {
    const page = (await (await ask('GET', '/conversations?view=open')).json()) as {
      conversations: Array<{ id: string }>;
    };
    return page.conversations.map(({ id }) => id);
  };
  await expect.poll(ids, { timeout: 20_000 }).toHaveLength(2);
  return ids();
}
