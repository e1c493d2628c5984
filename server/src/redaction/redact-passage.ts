import { type Actor, audit } from '../audit/record-audit-entry.ts';
import { refreshLastMessagePreview } from '../conversations/last-message-preview.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { minPassageLength, passageFinder, passageLength } from '../mail/redaction/passages.ts';
import { redactContent } from '../mail/redaction/redact-content.ts';
import type { Finder } from '../mail/redaction/redact-text.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { filesContaining, redactFiles, redactRawCopy } from './redact-files.ts';
import { redactRelated } from './redact-related.ts';
import { assertSent, lockConversationMessages, recordRedaction } from './redaction-record.ts';

/** Where a passage occurs, as shown before it is redacted. */
export type PassageOccurrences = {
  /** How often in the message it was selected in, without its files. */
  count: number;
  /** The other messages of the conversation that contain it, mostly in quotes. */
  otherMessages: Array<{ messageId: string; count: number }>;
  files: string[];
};

/**
 * Finds the occurrences of a passage in its message and conversation. Throws a ProblemError if it is too short
 * or does not occur in the message.
 */
export async function findPassage(
  tx: InstanceTransaction,
  { messageId, passage }: { messageId: string; passage: string },
): Promise<PassageOccurrences> {
  const find = createPassageFinder(passage);
  const { message, others } = await lockConversationMessages(tx, messageId);
  const count = redactContent(message, find)?.count ?? 0;
  const files: string[] = [];
  for (const { id } of [message, ...others]) {
    files.push(...(await filesContaining(tx, { messageId: id }, find)).map(({ filename }) => filename));
  }
  if (count === 0) throw new ProblemError(passageNotFound);
  return {
    count,
    otherMessages: others.flatMap((other) => {
      const otherCount = redactContent(other, find)?.count ?? 0;
      return otherCount > 0 ? [{ messageId: other.id, count: otherCount }] : [];
    }),
    files,
  };
}

/**
 * Redacts a passage of a message (M1): in text, HTML, subject, snippet, files, raw copy, delivery reports and
 * the drafts of the conversation; with `everywhere` in all messages of the conversation. It is stored nowhere.
 * Throws a ProblemError if it is too short, does not occur, or a message with it is being sent.
 */
export async function redactPassage(
  tx: InstanceTransaction,
  { messageId, passage, everywhere }: { messageId: string; passage: string; everywhere: boolean },
  actor: Actor,
  now: Date,
): Promise<void> {
  const find = createPassageFinder(passage);
  const { message, others, subject } = await lockConversationMessages(tx, messageId);
  const { conversationId } = message;
  if (!redactContent(message, find)) throw new ProblemError(passageNotFound);
  const changed: string[] = [];
  for (const one of everywhere ? [message, ...others] : [message]) {
    if (await redactMessage(tx, one, find)) changed.push(one.id);
  }
  await assertSent(tx, changed);
  for (const id of changed)
    await recordRedaction(tx, { messageId: id, conversationId, kind: 'passage' }, actor, now);
  await redactRelated(tx, { conversationId, messageIds: changed, subject }, find);
  await refreshLastMessagePreview(tx, conversationId);
  await audit(tx, actor, {
    action: 'message.redacted',
    subject: 'A passage of a message',
    after: { conversationId, messageId, messages: changed.length },
  });
}

type Row = Awaited<ReturnType<typeof lockConversationMessages>>['message'];

async function redactMessage(tx: InstanceTransaction, message: Row, find: Finder): Promise<boolean> {
  const redacted = redactContent(message, find);
  if (redacted) {
    const { invitation, ...content } = redacted.content;
    await tx.sql
      .updateTable('message')
      .set({ ...content, invitation: invitation && JSON.stringify(invitation) })
      .where('id', '=', message.id)
      .execute();
  }
  const files = await redactFiles(tx, { messageId: message.id }, find);
  // If it occurs in one form of the message, the raw copy may contain it in another form.
  const always = redacted !== null || files > 0;
  const raw = await redactRawCopy(tx, message.id, find, { force: always });
  return always || raw;
}

function createPassageFinder(passage: string): Finder {
  if (passageLength(passage) < minPassageLength) throw new ProblemError(tooShort);
  return passageFinder(passage);
}

const passageNotFound = createProblem(409, 'passage-not-found');
const tooShort = createProblem(400, 'passage-too-short');
