import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAccess } from './database-access.ts';
import type { Desk } from './environment.ts';

/** A mailbox that was marked as disconnected. */
export type SeenDisconnection = { mailboxId: string; address: string; code: string; at: Date };

/** Polls the disconnected mailboxes until `signal` aborts. */
export function watchMailboxes(pool: DatabaseAccess, signal: AbortSignal) {
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
  return { readDisconnected, ended, seen: () => [...seen.values()] };
}

export type LiveStream = {
  instanceId: string;
  /** The numbers of the received events, in the order received. */
  receivedSeqs: number[];
  /** The number of `reset` events: the server skipped events there. */
  resets: number;
  /** Reads all events again. */
  restart(): void;
};

/** Keeps an agent's live stream open as a browser does: resumes after the last received number (Last-Event-ID). */
export function followLiveStream(
  url: string,
  desk: Desk,
  signal: AbortSignal,
): LiveStream & { ended: Promise<void> } {
  const stream: LiveStream = {
    instanceId: desk.instanceId,
    receivedSeqs: [],
    resets: 0,
    restart() {
      stream.receivedSeqs = [];
      stream.resets = 0;
    },
  };
  const readStream = async () => {
    const after = stream.receivedSeqs.at(-1) ?? 0;
    const answer = await fetch(`${url}/api/instances/${desk.instanceId}/events`, {
      headers: { cookie: desk.agents[0]!.cookie(), 'last-event-id': String(after) },
      signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`The live stream responded with ${answer.status}`);
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
