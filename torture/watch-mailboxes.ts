import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Desk } from './environment.ts';

/** A mailbox seen marked as disconnected. */
export type Seen = { mailboxId: string; address: string; code: string; at: Date };

/** Looks at the mailboxes again and again, through a connection of its own. */
export function watchMailboxes(pool: pg.Pool, signal: AbortSignal) {
  const seen = new Map<string, Seen>();
  const look = async () => {
    const { rows } = await pool.query(
      `select id as "mailboxId", address, disconnected_code as code, disconnected_at as at
       from mailbox where disconnected_at is not null`,
    );
    for (const row of rows as Seen[]) seen.set(`${row.mailboxId} ${row.at.toISOString()}`, row);
    return rows as Seen[];
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await look();
      await sleep(200);
    }
  })();
  return { look, ended, seen: () => [...seen.values()] };
}

export type Live = {
  instanceId: string;
  /** The numbers of the events heard, in the order heard. */
  heard: number[];
  /** Where the stream said that it left something out. */
  resets: number;
};

/**
 * Keeps an agent's live stream open as a browser does: a broken one is resumed after the number heard last.
 */
export function listenLive(url: string, desk: Desk, signal: AbortSignal): Live & { ended: Promise<void> } {
  const live: Live = { instanceId: desk.instanceId, heard: [], resets: 0 };
  const once = async () => {
    const after = live.heard.at(-1) ?? 0;
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
        if (type === 'reset') live.resets += 1;
        if (type === 'message') live.heard.push(number);
      }
    }
  };
  const ended = (async () => {
    while (!signal.aborted) {
      await once().catch(() => {});
      await sleep(200);
    }
  })();
  return Object.assign(live, { ended });
}
