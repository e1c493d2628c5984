import { randomUUID } from 'node:crypto';
import { type ApiClient, ApiError } from './api-client.ts';
import type { Desk } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What an agent wrote: the message that leaves has exactly this. */
export type Meant = {
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  /** The paragraphs of the text. */
  paragraphs: string[];
  files: Array<{ filename: string; bytes: Buffer }>;
};

/** An answer that Postroom has accepted: it must be sent exactly once. */
export type WrittenAnswer = {
  id: string;
  instanceId: string;
  conversationId: string;
  mailboxId: string;
  meant: Meant;
  /** A copy of the database from before it was written was restored: it is sent once at most. */
  forgotten: boolean;
};

/** `conversationId`: any open one by default. `files`: how many; one with files is sent after the time to undo it. */
export type AnswerOptions = { conversationId?: string; files?: number };

export type Answers = {
  /** Writes one answer as an agent; false when the instance has no conversation to answer yet. */
  write(agent: { desk: Desk; person: ApiClient }, options?: AnswerOptions): Promise<WrittenAnswer | false>;
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
    async write({ desk, person }, { conversationId: chosen, files } = {}) {
      const page = (await person.call('GET', '/conversations?view=open&limit=100')).json();
      const idle = (page as { conversations: Row[] }).conversations.filter(({ id }) => !busy.has(id));
      if (idle.length === 0) return false;
      const conversationId = chosen ?? random.pick(idle).id;
      busy.add(conversationId);
      try {
        const at = `/conversations/${conversationId}`;
        const defaults = (await person.call('GET', `${at}/reply-defaults`)).json() as Defaults;
        const to = defaults.to
          .map(({ address }) => address)
          .filter((address) => !address.startsWith('mailer-daemon'));
        if (to.length === 0) return false;
        const id = randomUUID();
        const { mailboxId, subject } = defaults;
        const meant = composeAnswer(
          random,
          id,
          { to, subject },
          files ?? (random.maybe(0.35) ? random.between(1, 2) : 0),
        );
        if (meant.files.length > 0) await sendDraft(person, { id, conversationId, mailboxId, meant });
        else {
          const { cc, bcc } = meant;
          const html = htmlOf(meant);
          await person.call('POST', `${at}/replies`, { id, mailboxId, to, cc, bcc, html });
        }
        const answer = {
          id,
          instanceId: desk.instanceId,
          conversationId,
          mailboxId,
          meant,
          forgotten: false,
        };
        accepted.push(answer);
        return answer;
      } finally {
        busy.delete(conversationId);
      }
    },
  };
}

/** Two in three have a Cc, one in three a Bcc. */
function composeAnswer(
  random: SeededRandom,
  id: string,
  to: Pick<Meant, 'to' | 'subject'>,
  files: number,
): Meant {
  const colleague = (name: string) => `${name}${random.between(1, 50)}@partner.example`;
  return {
    ...to,
    cc: random.maybe(0.65) ? [colleague('copy')] : [],
    bcc: random.maybe(0.3) ? [colleague('hidden')] : [],
    paragraphs: [`Answer ${id}`, 'Schöne Grüße – 注文 & more'],
    files: Array.from({ length: files }, (_, index) => ({
      filename: `Beleg ${index + 1}.bin`,
      bytes: Buffer.from(Array.from({ length: random.between(10, 4_000) }, () => random.between(0, 255))),
    })),
  };
}

const htmlOf = ({ paragraphs }: Meant) =>
  paragraphs.map((text) => `<p>${text.replace('&', '&amp;')}</p>`).join('');

type DraftToSend = Pick<WrittenAnswer, 'id' | 'conversationId' | 'mailboxId' | 'meant'>;

/** Writes an answer as a draft, attaches its files, and sends it. Each step bears being repeated. */
async function sendDraft(
  person: ApiClient,
  { id, conversationId, mailboxId, meant }: DraftToSend,
): Promise<void> {
  const { to, cc, bcc, files } = meant;
  const content = { kind: 'reply', conversationId, mailboxId, to, cc, bcc, subject: '', html: htmlOf(meant) };
  await person.call('PUT', `/drafts/${id}`, { version: 0, ...content }).catch((error: unknown) => {
    // The process was killed after it had saved the draft, and the request was repeated.
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  });
  for (const { filename, bytes } of files) {
    const path = `/drafts/${id}/attachments/${randomUUID()}?filename=${encodeURIComponent(filename)}`;
    await person.call('PUT', path, bytes);
  }
  await person.call('POST', `/drafts/${id}/send`, { version: 1 });
}
