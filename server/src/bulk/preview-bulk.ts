import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import { textAlternative } from '../mail/html/text-alternative.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { type Author, signingAuthor } from '../templates/preview-mail.ts';
import type { Renderer } from '../templates/renderer.ts';
import { buildTemplateData } from '../templates/template-data.ts';
import { columnsOf } from './bulk-state.ts';
import { bulkMessage, recipientAt } from './bulk-views.ts';
import { fillBulkMessage, unknownFields } from './mail-merge.ts';
import { unsubscribeLabel, withUnsubscribeLink } from './unsubscribe.ts';

/** What one customer would get. `unknown`: fields of the message that the list does not have. */
export type BulkPreview = {
  from: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  html: string;
  unknown: string[];
};

/**
 * Renders a bulk message, in the mailbox's template, for the recipient at a position (from 1); for an
 * example if there is none.
 */
export async function previewBulk(
  tx: InstanceTransaction,
  renderer: Renderer,
  id: string,
  position: number,
  author: Author,
): Promise<BulkPreview> {
  const bulk = await bulkMessage(tx, id);
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .leftJoin('template', (join) =>
      join
        .onRef('template.instanceId', '=', 'mailbox.instanceId')
        .onRef('template.id', '=', 'mailbox.templateId'),
    )
    .where('mailbox.id', '=', bulk.mailboxId)
    .select(['address', 'displayName', 'dynamicAliasName', 'sendAs', 'template.html as template'])
    .executeTakeFirstOrThrow();
  const recipient = await recipientAt(tx, id, position);
  const to = recipient ?? { address: 'ana@example.com', name: 'Ana Silva', fields: {} };
  const { subject, html: body } = fillBulkMessage(bulk, to, await cardNumberFilter(tx));
  const { template } = mailbox;
  const signing = await signingAuthor(tx, author);
  const data = buildTemplateData({
    author: signing,
    customer: { id: '', name: to.name, email: to.address },
    conversation: { id: '', subject, status: 'done' },
    message: { id: '', subject, sentAt: new Date() },
    content: { bodyHtml: body, bodyText: textAlternative(body), ownHtml: null, ownText: null },
    template,
  });
  const label = unsubscribeLabel(to.fields, signing.language);
  const { html } = withUnsubscribeLink(await renderer.render(template, data), { url: '#', label });
  const columns = (await columnsOf(tx, id)) ?? [];
  return {
    from: fromLine(mailbox, author).from,
    to: { name: to.name, address: to.address },
    subject,
    html,
    unknown: unknownFields(`${bulk.subject} ${bulk.html}`, columns),
  };
}
