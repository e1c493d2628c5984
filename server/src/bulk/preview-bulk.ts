import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import type { OutgoingAttachment } from '../mail/compose/compose-mime.ts';
import { textAlternative } from '../mail/html/text-alternative.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import { templateInUse } from '../mailboxes/aliases.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { type Author, signingAuthor } from '../templates/preview-mail.ts';
import type { SentPreview } from '../templates/preview-sent.ts';
import type { TemplateData } from '../templates/render-template.ts';
import type { Renderer } from '../templates/renderer.ts';
import { buildTemplateData } from '../templates/template-data.ts';
import { picturesOfTemplate } from '../templates/template-pictures.ts';
import { columnsOf } from './bulk-state.ts';
import { bulkMessage, recipientAt } from './bulk-views.ts';
import { countEmptyFields, type EmptyField } from './empty-fields.ts';
import { fillBulkMessage, unknownFields } from './mail-merge.ts';
import { bulkParts, type UnsubscribeLink, withUnsubscribeLink } from './unsubscribe.ts';

/** Belongs to nobody. It is always the same: the page loads a preview again when its HTML has changed. */
const previewToken = 'preview'.padEnd(32, '-');

/** What the message to one customer is rendered from. `unknown`: fields of it that the list does not have. */
export type BulkPreview = {
  from: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  unknown: string[];
  emptyFields: EmptyField[];
  template: string | null;
  /** Those that the template shows. */
  pictures: OutgoingAttachment[];
  data: TemplateData;
  unsubscribe: UnsubscribeLink;
};

/**
 * Prepares a bulk message, in the mailbox's template and with its author's signature, for the recipient at a
 * position (from 1); for an example if there is none. `url` is the public URL of Postroom.
 */
export async function prepareBulkPreview(
  tx: InstanceTransaction,
  id: string,
  { position, viewer, url }: { position: number; viewer: Author; url: string },
): Promise<BulkPreview> {
  const bulk = await bulkMessage(tx, id);
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .leftJoin('mailboxAlias', (join) =>
      join
        .onRef('mailboxAlias.instanceId', '=', 'mailbox.instanceId')
        .onRef('mailboxAlias.mailboxId', '=', 'mailbox.id')
        .on('mailboxAlias.address', '=', bulk.alias),
    )
    .leftJoin('template', (join) =>
      join.onRef('template.instanceId', '=', 'mailbox.instanceId').on('template.id', '=', templateInUse),
    )
    .where('mailbox.id', '=', bulk.mailboxId)
    .select([
      'mailbox.address',
      'mailbox.displayName',
      'mailbox.dynamicAliasName',
      'mailbox.sendAs',
      'mailboxAlias.displayName as aliasName',
      'template.html as template',
    ])
    .executeTakeFirstOrThrow();
  const recipient = await recipientAt(tx, id, position);
  const to = recipient ?? { address: 'ana@example.com', name: 'Ana Silva', fields: {} };
  const { subject, html: body } = fillBulkMessage(bulk, to, await cardNumberFilter(tx));
  const { template } = mailbox;
  const alias = bulk.alias === null ? null : { address: bulk.alias, displayName: mailbox.aliasName ?? '' };
  const author = await signingAuthor(tx, (await authorOf(tx, id)) ?? viewer);
  const data = await buildTemplateData({
    reader: async () => ({ language: author.language, utcOffset: null }),
    author,
    customer: await customerFor(tx, to),
    conversation: { id: '', subject, status: 'done' },
    message: { id: '', subject, sentAt: new Date() },
    content: { bodyHtml: body, bodyText: textAlternative(body), ownHtml: null, ownText: null },
    template,
  });
  const mailboxOf = { id: bulk.mailboxId, address: mailbox.address };
  const origin = { instanceId: tx.instanceId, mailbox: mailboxOf, bulkId: id, fields: to.fields };
  const { unsubscribe } = bulkParts({ ...origin, token: previewToken, language: author.language }, url);
  const columns = (await columnsOf(tx, id)) ?? [];
  return {
    from: fromLine(mailbox, author, alias).from,
    to: { name: to.name, address: to.address },
    subject,
    unknown: unknownFields(`${bulk.subject} ${bulk.html}`, columns),
    emptyFields: await countEmptyFields(tx, bulk, columns),
    template,
    pictures: await picturesOfTemplate(tx, template),
    data,
    unsubscribe,
  };
}

/** Builds the message. Call it outside of any transaction. Throws a TemplateError. */
export async function renderBulkPreview(renderer: Renderer, preview: BulkPreview): Promise<SentPreview> {
  const { template, data, unsubscribe } = preview;
  const { previewSent } = await import('../templates/preview-sent.ts');
  return previewSent(withUnsubscribeLink(await renderer.render(template, data), unsubscribe), preview);
}

/** A recipient as a customer; the id is empty if they are stored only when the message is sent. */
async function customerFor(tx: InstanceTransaction, { address, name }: { address: string; name: string }) {
  const known = await tx.sql
    .selectFrom('customerAddress')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'customerAddress.instanceId')
        .onRef('customer.id', '=', 'customerAddress.customerId'),
    )
    .where('customerAddress.address', '=', normalizeAddress(address))
    .select(['customer.id', 'customer.name'])
    .executeTakeFirst();
  return { id: known?.id ?? '', name: name || (known?.name ?? ''), email: address };
}

/** Who the bulk message is from: its signature is on every message. Null if the account was deleted. */
async function authorOf(tx: InstanceTransaction, id: string): Promise<Author | null> {
  const author = await tx.sql
    .selectFrom('bulkMessage')
    .innerJoin('users', 'users.id', 'bulkMessage.authorId')
    .where('bulkMessage.id', '=', id)
    .select(['users.id', 'users.name', 'users.email'])
    .executeTakeFirst();
  return author ?? null;
}
