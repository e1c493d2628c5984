import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import { assignRole, createInstance } from '../instances/instances.ts';

/** An instance with something of everything in it, as routes.test.ts asks for it. */
export type World = {
  instanceId: string;
  /** By the name a route's path gives it: `:conversationId` is `ids.conversationId`. */
  ids: Record<string, string>;
  /** Stands in every text of it, so that an answer that carries any is known. */
  mark: string;
  /** Every id in it. */
  everyId(): Promise<string[]>;
  /** A hash of all its rows. */
  state(): Promise<string>;
};

/** Makes an instance; what belongs to a user (drafts, notifications) is the owner's. */
export async function seedWorld(
  deployment: Deployment,
  members: { owner: string; admin: string; agent: string },
): Promise<World> {
  const mark = `mark${uuid().replaceAll('-', '')}`;
  const { id: instanceId } = await createInstance(deployment, {
    slug: mark,
    name: `Name ${mark}`,
    kind: 'production',
  });
  await assignRole(deployment, { instanceId, userId: members.admin, role: 'admin' });
  await assignRole(deployment, { instanceId, userId: members.agent, role: 'agent' });
  const ids: Record<string, string> = {};
  for (const name of idNames) ids[name] = uuid();
  ids.adminUserId = members.admin;
  ids.agentUserId = members.agent;
  const { owner } = members;
  const put = async (table: string, values: Record<string, unknown>) => {
    const columns = Object.keys(values).map((column) => sql.ref(column));
    const given = Object.values(values).map((value) => sql`${value}`);
    await sql`insert into ${sql.table(table)} (instance_id, ${sql.join(columns)})
      values (${instanceId}, ${sql.join(given)})`.execute(deployment.sql.withoutPlugins());
  };
  const { mailboxId, templateId, customerId, conversationId, messageId, draftId, bulkId } = ids;
  const address = `${mark}@acme.example`;
  const sentAt = new Date(Date.now() - 60_000);
  const sha256 = createHash('sha256').update(mark).digest();

  await put('template', { id: templateId, name: mark, html: `${mark} {{draft.htmlBody}}` });
  const version = { template_id: templateId, version: 1, name: mark, html: `${mark} {{draft.htmlBody}}` };
  await put('template_version', { ...version, author_name: mark });
  const google = { google_sub: mark, cursor: '1', connected_at: sentAt };
  await put('mailbox', { id: mailboxId, address, display_name: mark, template_id: templateId, ...google });
  await put('customer', { id: customerId, name: `Ana ${mark}` });
  await put('customer_address', { address: `ana@${mark}.example`, customer_id: customerId });
  const of = { customer_id: customerId, mailbox_id: mailboxId };
  await put('conversation', {
    id: conversationId,
    subject: mark,
    snippet: mark,
    last_message_at: sentAt,
    ...of,
  });
  const message = {
    conversation_id: conversationId,
    mailbox_id: mailboxId,
    sent_at: sentAt,
    subject: mark,
    from_name: `Ana ${mark}`,
    body_text: mark,
    body_html: `<p>${mark}</p>`,
    snippet: mark,
  };
  const from = { direction: 'inbound', origin: 'gmail', from_address: `ana@${mark}.example` };
  await put('message', { id: messageId, ...message, ...from });
  const to = JSON.stringify({
    to: [{ name: `Ana ${mark}`, address: `ana@${mark}.example` }],
    cc: [],
    bcc: [],
    replyTo: [],
  });
  const ours = { direction: 'outbound', origin: 'postroom', from_address: address, author_id: owner };
  await put('message', { id: ids.queuedId, ...message, ...ours, recipients: to });
  const later = new Date(Date.now() + 3_600_000);
  await put('delivery', {
    message_id: ids.queuedId,
    mailbox_id: mailboxId,
    state: 'queued',
    send_after: later,
    scheduled: true,
  });
  await put('raw_message', {
    message_id: messageId,
    size: mark.length,
    zstd: zstdCompressSync(Buffer.from(mark)),
  });
  await put('blob', { sha256, bytes: Buffer.from(mark) });
  const file = { position: 0, filename: `${mark}.txt`, media_type: 'text/plain', size: mark.length, sha256 };
  await put('attachment', { id: ids.attachmentId, message_id: messageId, inline: false, ...file });
  await put('draft', {
    id: draftId,
    user_id: owner,
    conversation_id: conversationId,
    kind: 'reply',
    mailbox_id: mailboxId,
    html: `<p>${mark}</p>`,
    recipients: JSON.stringify({ to: [`ana@${mark}.example`], cc: [], bcc: [] }),
  });
  await put('savedReply', { id: ids.savedReplyId, name: mark, html: `<p>${mark}</p>` });
  await put('tag', { id: ids.tagId, name: mark, color: 'teal' });
  await put('conversation_tag', { conversation_id: conversationId, tag_id: ids.tagId });
  await put('saved_filter', { id: ids.filterId, owner_id: owner, shared: false, name: mark, query: mark });
  await put('bulk_message', {
    id: bulkId,
    author_id: owner,
    mailbox_id: mailboxId,
    subject: mark,
    html: `<p>${mark}</p>`,
  });
  const recipient = { bulk_id: bulkId, position: 1, address: `bo@${mark}.example`, name: mark, fields: '{}' };
  await put('bulk_recipient', { ...recipient, token: mark });
  await put('connection', {
    id: ids.connectionId,
    user_id: owner,
    session_id: uuid(),
    state_hash: mark,
    secrets: mark,
    state: 'waiting',
    address,
    expires_at: later,
  });
  await put('notification', {
    id: ids.notificationId,
    user_id: owner,
    kind: 'mailbox.connected',
    data: JSON.stringify({ mailboxId }),
  });
  await put('audit_entry', {
    id: ids.entryId,
    actor_name: mark,
    action: 'mailbox.connected',
    subject: address,
  });
  const invited = { role: 'agent', token_hash: mark, expires_at: later };
  await put('invitation', { id: ids.invitationId, email: `cy@${mark}.example`, ...invited });
  await put('event', { seq: 1, type: 'conversation.changed', data: JSON.stringify({ conversationId }) });
  await put('event_sequence', { last_seq: 1 });

  const rows = async () => {
    const { rows: tables } = await deployment.pool.query(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'instance_id' order by 1`,
    );
    const parts = tables.map(
      ({ name }) =>
        `select '${name}' as t, to_jsonb(x)::text as row from "${name}" x where instance_id = '${instanceId}'`,
    );
    const { rows: found } = await deployment.pool.query(`${parts.join(' union all ')} order by 1, 2`);
    return found.map(({ t, row }) => `${t} ${row}`).join('\n');
  };
  return {
    instanceId,
    ids,
    mark,
    async everyId() {
      const found = (await rows()).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
      return [...new Set(found)].filter((id) => !Object.values(members).includes(id));
    },
    state: async () =>
      createHash('sha256')
        .update(await rows())
        .digest('hex'),
  };
}

const idNames = [
  'attachmentId',
  'bulkId',
  'connectionId',
  'conversationId',
  'customerId',
  'draftId',
  'entryId',
  'invitationId',
  'filterId',
  'mailboxId',
  'messageId',
  'notificationId',
  'queuedId',
  'savedReplyId',
  'tagId',
  'templateId',
];
