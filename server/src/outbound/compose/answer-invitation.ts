import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { translate } from '../../locales/translate.ts';
import type { Participation } from '../../mail/calendar/invitation-reply.ts';
import { escapeHtml } from '../../mail/html/escape-html.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { readerOf } from '../../templates/reader.ts';
import { type Author, composeReply } from './compose.ts';
import { readInvited } from './invitation-state.ts';

/**
 * Answers an invitation (G3): a message to the organizer, from the invited address, with an iTIP REPLY in it
 * (RFC 5546 §3.2.3, RFC 6047). It goes out like every message; `id` is chosen by the caller. The answer that was
 * given last is not sent again, and another one replaces it. Throws a ProblemError if it cannot be answered.
 */
export async function answerInvitation(
  tx: InstanceTransaction,
  answer: {
    id: string;
    messageId: string;
    participation: Participation;
    author: Author & { language: string | null };
    now: Date;
  },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { id, messageId, participation, author, now } = answer;
  const { view, conversationId, calendar, event } = await readInvited(tx, messageId, { lock: true });
  if (view.state !== 'open' || !view.invited || !event) throw new ProblemError(notOpen(view.state));
  if (view.answer?.participation === participation) return;
  const { mailboxId, alias, attendee } = view.invited;
  const { language } = await readerOf(tx, conversationId, author.language);
  const text = translate(language, `mail.invitation.${participation}`, { summary: event.summary });
  await composeReply(
    tx,
    {
      id,
      conversationId,
      mailboxId,
      alias,
      asMailbox: true,
      to: [event.organizer!],
      cc: [],
      bcc: [],
      subject: text,
      html: `<p>${escapeHtml(text)}</p>`,
      author,
      now,
    },
    enqueue,
  );
  const { displayName } = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .select('displayName')
    .executeTakeFirstOrThrow();
  const { uid, recurrenceId, sequence } = event;
  const { invitationReply } = await import('../../mail/calendar/invitation-reply.ts');
  await tx.sql
    .insertInto('invitationAnswer')
    .values({
      instanceId: tx.instanceId,
      messageId: id,
      uid,
      recurrenceId,
      sequence,
      attendee: normalizeAddress(attendee),
      participation,
      calendar: invitationReply(calendar, { attendee, name: displayName, participation, now }),
      createdAt: now,
    })
    .onConflict((conflict) => conflict.columns(['instanceId', 'messageId']).doNothing())
    .execute();
}

const problems = {
  cancelled: createProblem(409, 'invitation-cancelled'),
  updated: createProblem(409, 'invitation-updated'),
  'not-invited': createProblem(409, 'invitation-not-for-us'),
  unanswerable: createProblem(409, 'invitation-unanswerable'),
};
const notOpen = (state: string) => problems[state as keyof typeof problems] ?? problems.unanswerable;
