import { sql } from 'kysely';
import { noSuchConversation } from '../../conversations/change-conversation.ts';
import { updateLastMessagePreview } from '../../conversations/last-message-preview.ts';
import type { Quoting } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { planOnce, prepared, runTogether } from '../../database/prepared-statements.ts';
import { type CardNumberFilter, cardNumberFilterFor } from '../../drafts/card-number-filter.ts';
import { recordEvent } from '../../events/record-event.ts';
import { defaultContentSettings, storedContentSettings } from '../../instances/content-settings.ts';
import { cleanHtml } from '../../mail/html/clean-html.ts';
import { textAlternative } from '../../mail/html/text-alternative.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { snippetOf } from '../../mail/mime/snippet.ts';
import { findAlias } from '../../mailboxes/aliases.ts';
import { fromLine } from '../../mailboxes/from-line.ts';
import { createProblem, ProblemError } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { answeredQueries, defaultSubject } from '../defaults/reply-defaults.ts';
import { enqueueDelivery } from '../deliveries/enqueue-delivery.ts';
import { heldBecauseDisconnected } from '../deliveries/held-deliveries.ts';
import { lastInConversation, notBefore, type SendTime } from '../deliveries/send-time.ts';
import { parseRecipients } from './parse-recipients.ts';

export type Author = { id: string; name: string; email: string };

export type Reply = {
  /** Chosen by the caller, so that a repeated request changes nothing. */
  id: string;
  conversationId: string;
  mailboxId: string;
  /** The alias it is sent from; default: the mailbox's own address. */
  alias?: string | null;
  /** Written as the mailbox or its alias, without Dynamic Alias Name. */
  asMailbox?: boolean;
  to: string[];
  cc: string[];
  bcc: string[];
  html: string;
  author: Author;
  now: Date;
  /** Default: at once. */
  sendTime?: SendTime;
  /** Default: the subject of an answer. */
  subject?: string;
  /** What the author decided about the messages it quotes. */
  quoting?: Quoting | null;
  /** A message that is forwarded: its id, and its HTML to quote below what was written. */
  forwarded?: { id: string; html: string | null } | null;
};

/**
 * Stores a message of a conversation, its delivery and the job that sends it, in one transaction (S4).
 * From a disconnected mailbox it is held (C11). Returns the message's HTML as it is stored. If the id
 * was stored before, nothing changes. Throws a ProblemError for missing, invalid or too many
 * recipients, and for an alias that Gmail does not accept.
 */
export async function composeReply(
  tx: InstanceTransaction,
  reply: Reply,
  enqueue: Queue['enqueue'],
): Promise<string> {
  const { id, conversationId, mailboxId, author, now } = reply;
  const recipients = parseRecipients(reply);
  const to = recipients.to.map(({ address }) => normalizeAddress(address));
  const [, [conversation], [answered], [stored], [mailbox], [settings], [queued]] = await runTogether(tx, [
    planOnce,
    ...answeredQueries(conversationId, to),
    storedMessage.with({ id }),
    mailboxToSendFrom.with({ mailboxId }),
    storedContentSettings.with({}),
    lastInConversation.with({ conversationId, messageId: id }),
  ]);
  if (!conversation) throw new ProblemError(noSuchConversation);
  if (stored && stored.conversationId !== conversationId) throw new ProblemError(idInUse);
  if (stored) return stored.bodyHtml ?? '';
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const alias = await findAlias(tx, mailbox, reply.alias ?? null);
  const dynamicAliasName = mailbox.dynamicAliasName && !reply.asMailbox;
  const { from } = fromLine({ ...mailbox, dynamicAliasName }, author, alias);
  const content = composeContent(
    {
      html: reply.html,
      subject: reply.subject ?? (await defaultSubject(tx, conversation, answered)),
      forwarded: reply.forwarded?.html ?? null,
    },
    cardNumberFilterFor(settings ?? defaultContentSettings),
  );
  const { sendTime = { undoSeconds: 0 } } = reply;
  const { sendAfter, scheduled } = notBefore(queued?.last ?? null, { sendTime, now });
  const held = mailbox.disconnectedAt ? heldBecauseDisconnected(mailbox.address) : null;
  const [inserted] = await insertMessage(tx, {
    instanceId: tx.instanceId,
    id,
    conversationId,
    mailboxId,
    authorId: author.id,
    fromName: from.name,
    fromAddress: from.address,
    recipients: JSON.stringify(recipients),
    sentAt: now,
    forwardedId: reply.forwarded?.id ?? null,
    quoting: reply.quoting ? JSON.stringify(reply.quoting) : null,
    ...content,
    alias: alias?.address ?? null,
    state: held ? 'held' : 'queued',
    problem: held && JSON.stringify(held),
    sendAfter,
    scheduled,
  });
  if (!inserted) return content.bodyHtml; // the same request, twice at once
  if (!held) await enqueueDelivery(tx, { messageId: id, mailboxId, conversationId, sendAfter, now }, enqueue);
  const { snippet } = content;
  updateLastMessagePreview(tx, conversationId, { at: now, snippet, direction: 'outbound' });
  recordEvent(
    tx,
    { type: 'message.stored', data: { conversationId, messageId: id, direction: 'outbound' } },
    author.id,
  );
  return content.bodyHtml;
}

/** The message with this id, if it was stored before. */
const storedMessage = prepared((db, { id }: { id: string }) =>
  db.selectFrom('message').where('id', '=', id).select(['conversationId', 'bodyHtml']),
);

const mailboxToSendFrom = prepared((db, { mailboxId }: { mailboxId: string }) =>
  db
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'displayName', 'dynamicAliasName', 'sendAs', 'disconnectedAt']),
);

type NewMessage = Content & {
  instanceId: string;
  id: string;
  conversationId: string;
  mailboxId: string;
  authorId: string;
  fromName: string;
  fromAddress: string;
  recipients: string;
  sentAt: Date;
  forwardedId: string | null;
  quoting: string | null;
  alias: string | null;
  state: 'held' | 'queued';
  problem: string | null;
  sendAfter: Date;
  scheduled: boolean;
};
/** Inserts a message and its delivery; returns nothing, and inserts neither, if the message was stored meanwhile. */
const insertMessage = prepared((db, message: NewMessage) =>
  db
    .with('stored', (cte) =>
      cte
        .insertInto('message')
        .values({
          instanceId: message.instanceId,
          id: message.id,
          conversationId: message.conversationId,
          mailboxId: message.mailboxId,
          direction: sql.lit('outbound'),
          origin: sql.lit('postroom'),
          authorId: message.authorId,
          fromName: message.fromName,
          fromAddress: message.fromAddress,
          recipients: message.recipients,
          sentAt: message.sentAt,
          forwardedId: message.forwardedId,
          quoting: message.quoting,
          subject: message.subject,
          snippet: message.snippet,
          bodyText: message.bodyText,
          bodyHtml: message.bodyHtml,
          ownText: message.ownText,
          ownHtml: message.ownHtml,
        })
        .onConflict((conflict) => conflict.columns(['instanceId', 'id']).doNothing())
        .returning(['instanceId', 'id', 'mailboxId']),
    )
    .with('queued', (cte) =>
      cte
        .insertInto('delivery')
        .columns([
          'instanceId',
          'messageId',
          'mailboxId',
          'alias',
          'state',
          'problem',
          'sendAfter',
          'scheduled',
        ])
        .expression((eb) =>
          eb
            .selectFrom('stored')
            .select([
              'stored.instanceId',
              'stored.id',
              'stored.mailboxId',
              sql<string | null>`${message.alias}::text`.as('alias'),
              sql<NewMessage['state']>`${message.state}::text`.as('state'),
              sql<string | null>`${message.problem}::jsonb`.as('problem'),
              sql<Date>`${message.sendAfter}::timestamptz`.as('sendAfter'),
              sql<boolean>`${message.scheduled}::boolean`.as('scheduled'),
            ]),
        ),
    )
    .selectFrom('stored')
    .select('id'),
);

type Content = {
  subject: string;
  snippet: string;
  bodyText: string;
  bodyHtml: string;
  /** What its author wrote, where a forwarded message follows it. */
  ownText: string | null;
  ownHtml: string | null;
};

/** Subject and body as they are stored: HTML cleaned, card numbers removed where the instance asks for it. */
function composeContent(
  { html, subject, forwarded }: { html: string; subject: string; forwarded: string | null },
  filterCardNumbers: CardNumberFilter,
): Content {
  const own = filterCardNumbers({ subject, html: cleanHtml(html) });
  const ownHtml = own.html;
  const ownText = textAlternative(ownHtml);
  const written = { subject: own.subject, snippet: snippetOf(ownText) };
  if (!forwarded) return { ...written, bodyText: ownText, bodyHtml: ownHtml, ownText: null, ownHtml: null };
  // The forwarded message may be older than the setting.
  const quoted = filterCardNumbers({ subject: '', html: forwarded }).html;
  return {
    ...written,
    bodyText: `${ownText}\n\n${textAlternative(quoted)}`,
    bodyHtml: `${ownHtml}${quoted}`,
    ownText,
    ownHtml,
  };
}

const noSuchMailbox = createProblem(404, 'no-such-mailbox');
const idInUse = createProblem(409, 'id-in-use');
