import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import type { Desk } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';

/** An answer that Postroom has taken: it must leave exactly once. */
export type WrittenAnswer = { id: string; instanceId: string; conversationId: string; mailboxId: string };

export type Answers = {
  /** Writes one answer, as an agent of some instance; false where there is nothing to answer yet. */
  write(agent: { desk: Desk; person: ApiClient }): Promise<boolean>;
  /** Those taken so far, in the order taken within each conversation. */
  taken: readonly WrittenAnswer[];
};

type Row = { id: string };
type Defaults = { mailboxId: string; to: Array<{ address: string }>; subject: string };

/**
 * Agents answer through the API. The id is made here and asked again with, whatever became of the first
 * request, so that a killed web process leaves no doubt.
 */
export function createAnswers(random: SeededRandom): Answers {
  const taken: WrittenAnswer[] = [];
  // One at a time in a conversation, so that the order they are written in is known.
  const busy = new Set<string>();
  return {
    taken,
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
        taken.push({ id, instanceId: desk.instanceId, conversationId, mailboxId });
        return true;
      } finally {
        busy.delete(conversationId);
      }
    },
  };
}
