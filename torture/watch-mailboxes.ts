import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Desk } from './environment.ts';

/** A mailbox seen marked as disconnected. */
export type SeenDisconnection = { mailboxId: string; address: string; code: string; at: Date };

/** Looks at the mailboxes again and again, through a connection of its own. */
export function watchMailboxes(pool: pg.Pool, signal: AbortSignal) {
  const seen = new Map<string, SeenDisconnection>();
  const readDisconnected = async () => {
    const { rows } = await pool.query(
      `select id as "mailboxId", address, disconnected_code as code, disconnected_at as at
       from mailbox where disconnected_at is not null`,
    );
    for (const row of rows as SeenDisconnection[]) seen.set(`${row.mailboxId} ${row.at.toISOString()}`, row);
    return rows as SeenDisconnection[];
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await readDisconnected();
      await sleep(200);
    }
  })();
  return { look: readDisconnected, ended, seen: () => [...seen.values()] };
}

export type LiveStream = {
  instanceId: string;
  /** The numbers of the events heard, in the order heard. */
  receivedSeqs: number[];
  /** Where the stream said that it left something out. */
  resets: number;
};

/**
 * Keeps an agent's live stream open as a browser does: a broken one is resumed after the number heard last.
 */
export function followLiveStream(
  url: string,
  desk: Desk,
  signal: AbortSignal,
): LiveStream & { ended: Promise<void> } {
  const stream: LiveStream = { instanceId: desk.instanceId, receivedSeqs: [], resets: 0 };
  const readStream = async () => {
    const after = stream.receivedSeqs.at(-1) ?? 0;
    const answer = await fetch(`${url}/api/instances/${desk.instanceId}/events`, {
      headers: { cookie: desk.agents[0]!.cookie(), 'last-event-id': String(after) },
      signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`The live stream answered ${answer.status}`);
    let rest = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const type = /^event: (.*)$/m.exec(block)?.[1];
        const number = Number(/^id: (\d+)$/m.exec(block)?.[1]);
        if (type === 'reset') stream.resets += 1;
        if (type === 'message') stream.receivedSeqs.push(number);
      }
    }
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await readStream().catch(() => {});
      await sleep(200);
    }
  })();
  return Object.assign(stream, { ended });
}
