import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import type { Desk } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';

/** An answer that Postroom has accepted: it must be sent exactly once. */
export type WrittenAnswer = {
  id: string;
  instanceId: string;
  conversationId: string;
  mailboxId: string;
  /** A copy of the database from before it was written was restored: it is sent once at most. */
  forgotten: boolean;
};

export type Answers = {
  /** Writes one answer as an agent; false when the instance has no conversation to answer yet. */
  write(agent: { desk: Desk; person: ApiClient }): Promise<boolean>;
  /** Those accepted so far; within a conversation in the order of acceptance. */
  accepted: readonly WrittenAnswer[];
  /** A restored database does not have the answers after the first `count`. */
  forgetAfter(count: number): void;
};

type Row = { id: string };
type Defaults = { mailboxId: string; to: Array<{ address: string }>; subject: string };

/**
 * Agents answer through the API. The id is generated here and used for every retry, so that a request
 * repeated after the web process was killed creates no second answer.
 */
export function createAnswers(random: SeededRandom): Answers {
  const accepted: WrittenAnswer[] = [];
  // One request at a time per conversation, so that the order of the answers is known.
  const busy = new Set<string>();
  return {
    accepted,
    forgetAfter(count) {
      for (const answer of accepted.slice(count)) answer.forgotten = true;
    },
    async write({ desk, person }) {
      const page = (await person.call('GET', '/conversations?view=open&limit=100')).json();
      const idle = (page as { conversations: Row[] }).conversations.filter(({ id }) => !busy.has(id));
      if (idle.length === 0) return false;
      const conversationId = random.pick(idle).id;
      busy.add(conversationId);
      try {
        const at = `/conversations/${conversationId}`;
        const defaults = (await person.call('GET', `${at}/reply-defaults`)).json() as Defaults;
        const to = defaults.to
          .map(({ address }) => address)
          .filter((address) => !address.startsWith('mailer-daemon'));
        if (to.length === 0) return false;
        const id = randomUUID();
        const { mailboxId } = defaults;
        const html = `<p>Answer ${id}</p><p>Kind regards</p>`;
        await person.call('POST', `${at}/replies`, { id, mailboxId, to, html });
        accepted.push({ id, instanceId: desk.instanceId, conversationId, mailboxId, forgotten: false });
        return true;
      } finally {
        busy.delete(conversationId);
      }
    },
  };
}
