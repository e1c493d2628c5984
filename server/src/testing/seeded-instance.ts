import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import { assignRole, createInstance } from '../instances/instances.ts';

/** An instance with at least one row of everything, for routes.test.ts. */
export type SeededInstance = {
  instanceId: string;
  /** By the parameter name in route paths: `:conversationId` is `ids.conversationId`. */
  ids: Record<string, string>;
  /** Part of every text in it, so that any answer that leaks one is recognized. */
  marker: string;
  /** Every id in it. */
  everyId(): Promise<string[]>;
  /** A hash of all its rows. */
  state(): Promise<string>;
};

/** Creates an instance; drafts and notifications belong to `owner`. */
export async function seedInstance(
  deployment: Deployment,
  members: { owner: string; admin: string; agent: string },
): Promise<SeededInstance> {
  const marker = `mark${uuid().replaceAll('-', '')}`;
  const { id: instanceId } = await createInstance(deployment, {
    slug: marker,
    name: `Name ${marker}`,
    kind: 'production',
  });
  await assignRole(deployment, { instanceId, userId: members.admin, role: 'admin' });
  await assignRole(deployment, { instanceId, userId: members.agent, role: 'agent' });
  const ids: Record<string, string> = {};
  for (const name of idNames) ids[name] = uuid();
  ids.adminUserId = members.admin;
  ids.agentUserId = members.agent;
  const { owner } = members;
  const insert = async (table: string, values: Record<string, unknown>) => {
    const columns = Object.keys(values).map((column) => sql.ref(column));
    const given = Object.values(values).map((value) => sql`${value}`);
    await sql`insert into ${sql.table(table)} (instance_id, ${sql.join(columns)})
      values (${instanceId}, ${sql.join(given)})`.execute(deployment.sql.withoutPlugins());
  };
  const { mailboxId, templateId, customerId, conversationId, messageId, draftId, bulkId } = ids;
  const address = `${marker}@acme.example`;
  const sentAt = new Date(Date.now() - 60_000);
  const sha256 = createHash('sha256').update(marker).digest();

  await insert('template', { id: templateId, name: marker, html: `${marker} {{draft.htmlBody}}` });
  const version = { template_id: templateId, version: 1, name: marker, html: `${marker} {{draft.htmlBody}}` };
  await insert('template_version', { ...version, author_name: marker });
  await insert('template_picture', {
    id: ids.pictureId,
    filename: `${marker}.gif`,
    media_type: 'image/gif',
    width: 1,
    height: 1,
    bytes: Buffer.from(`GIF89a${marker}`),
  });
  const google = { google_sub: marker, cursor: '1', connected_at: sentAt };
  await insert('mailbox', {
    id: mailboxId,
    address,
    display_name: marker,
    template_id: templateId,
    send_as: JSON.stringify([
      { address: 'help@acme.example', name: marker, accepted: true, isPrimary: false },
    ]),
    ...google,
  });
  await insert('unfetched_message', {
    mailbox_id: mailboxId,
    gmail_id: `unreadable-${marker}`,
    arrived: true,
    problem: JSON.stringify({ code: 'google-answered-error', params: {} }),
    first_failed_at: sentAt,
    last_failed_at: sentAt,
    set_aside_at: sentAt,
    subject: marker,
  });
  await insert('customer', { id: customerId, name: `Ana ${marker}` });
  await insert('customer_address', { address: `ana@${marker}.example`, customer_id: customerId });
  await insert('customer_note', {
    id: uuid(),
    customer_id: customerId,
    author_id: owner,
    body: marker,
    created_at: sentAt,
  });
  const of = { customer_id: customerId, mailbox_id: mailboxId };
  await insert('conversation', {
    id: conversationId,
    subject: marker,
    snippet: marker,
    last_message_at: sentAt,
    ...of,
  });
  const message = {
    conversation_id: conversationId,
    mailbox_id: mailboxId,
    sent_at: sentAt,
    subject: marker,
    from_name: `Ana ${marker}`,
    body_text: marker,
    body_html: `<p>${marker}</p>`,
    snippet: marker,
  };
  const from = { direction: 'inbound', origin: 'gmail', from_address: `ana@${marker}.example` };
  await insert('message', { id: messageId, ...message, ...from });
  const to = JSON.stringify({
    to: [{ name: `Ana ${marker}`, address: `ana@${marker}.example` }],
    cc: [],
    bcc: [],
    replyTo: [],
  });
  const outbound = { direction: 'outbound', origin: 'postroom', from_address: address, author_id: owner };
  await insert('message', { id: ids.queuedId, ...message, ...outbound, recipients: to });
  const later = new Date(Date.now() + 3_600_000);
  await insert('delivery', {
    message_id: ids.queuedId,
    mailbox_id: mailboxId,
    state: 'queued',
    send_after: later,
    scheduled: true,
  });
  await insert('raw_message', {
    message_id: messageId,
    size: marker.length,
    zstd: zstdCompressSync(Buffer.from(marker)),
  });
  await insert('blob', { sha256, bytes: Buffer.from(marker) });
  const file = {
    position: 0,
    filename: `${marker}.txt`,
    media_type: 'text/plain',
    size: marker.length,
    sha256,
  };
  await insert('attachment', { id: ids.attachmentId, message_id: messageId, inline: false, ...file });
  await insert('draft', {
    id: draftId,
    user_id: owner,
    conversation_id: conversationId,
    kind: 'reply',
    mailbox_id: mailboxId,
    html: `<p>${marker}</p>`,
    recipients: JSON.stringify({ to: [`ana@${marker}.example`], cc: [], bcc: [] }),
  });
  await insert('saved_reply', { id: ids.savedReplyId, name: marker, html: `<p>${marker}</p>` });
  await insert('tag', { id: ids.tagId, name: marker, color: 'teal' });
  await insert('conversation_tag', { conversation_id: conversationId, tag_id: ids.tagId });
  await insert('saved_filter', {
    id: ids.filterId,
    owner_id: owner,
    shared: false,
    name: marker,
    query: marker,
  });
  await insert('mailbox_import', { id: ids.importId, mailbox_id: mailboxId, query: marker, state: 'paused' });
  await insert('bulk_message', {
    id: bulkId,
    author_id: owner,
    mailbox_id: mailboxId,
    subject: marker,
    html: `<p>${marker}</p>`,
  });
  const recipient = {
    bulk_id: bulkId,
    position: 1,
    address: `bo@${marker}.example`,
    name: marker,
    fields: '{}',
  };
  await insert('bulk_recipient', { ...recipient, token: marker });
  await insert('connection', {
    id: ids.connectionId,
    user_id: owner,
    session_id: uuid(),
    state_hash: marker,
    secrets: marker,
    state: 'waiting',
    address,
    expires_at: later,
  });
  await insert('notification', {
    id: ids.notificationId,
    user_id: owner,
    kind: 'mailbox.connected',
    data: JSON.stringify({ mailboxId }),
  });
  await insert('audit_entry', {
    id: ids.entryId,
    actor_name: marker,
    action: 'mailbox.connected',
    subject: address,
  });
  await sql`insert into users (id, email, name, email_verified)
    values (${ids.keyUserId}, ${`${marker}@api-keys.invalid`}, ${`Key ${marker}`}, false)`.execute(
    deployment.sql,
  );
  await insert('api_key', {
    id: ids.apiKeyId,
    user_id: ids.keyUserId,
    name: marker,
    prefix: marker,
    token_hash: marker,
    scopes: ['conversations:read'],
    created_by: owner,
  });
  const url = `https://hooks.example/${marker}`;
  const hook = { description: marker, event_types: ['message.stored'], secret: marker, last_seq: 0 };
  await insert('webhook', { id: ids.webhookId, url, ...hook });
  await insert('webhook_delivery', {
    id: ids.deliveryId,
    webhook_id: ids.webhookId,
    type: 'message.stored',
    data: JSON.stringify({ conversationId }),
    occurred_at: sentAt,
    response: marker,
  });
  const invited = { role: 'agent', token_hash: marker, expires_at: later };
  await insert('invitation', { id: ids.invitationId, email: `cy@${marker}.example`, ...invited });
  await insert('event', { seq: 1, type: 'conversation.changed', data: JSON.stringify({ conversationId }) });
  await insert('event_sequence', { last_seq: 1 });

  const rows = async () => {
    const { rows: found } = await deployment.pool.query({
      // Prepared, because planning a query of every table takes longer than running it.
      name: 'rows of an instance',
      text: await rowsQuery(deployment),
      values: [instanceId],
    });
    return found.map(({ t, row }) => `${t} ${row}`).join('\n');
  };
  return {
    instanceId,
    ids,
    marker,
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

const rowsQueries = new WeakMap<Deployment, Promise<string>>();

/** The query of all rows of the instance $1; the tables stay the same. */
function rowsQuery(deployment: Deployment): Promise<string> {
  const known = rowsQueries.get(deployment) ?? buildRowsQuery(deployment);
  rowsQueries.set(deployment, known);
  return known;
}

async function buildRowsQuery({ pool }: Deployment): Promise<string> {
  const { rows: tables } = await pool.query(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'instance_id' order by 1`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as t, to_jsonb(x)::text as row from "${name}" x where instance_id = $1::uuid`,
  );
  return `${parts.join(' union all ')} order by 1, 2`;
}

const idNames = [
  'apiKeyId',
  'attachmentId',
  'bulkId',
  'connectionId',
  'conversationId',
  'customerId',
  'deliveryId',
  'draftId',
  'entryId',
  'invitationId',
  'filterId',
  'importId',
  'keyUserId',
  'mailboxId',
  'messageId',
  'notificationId',
  'pictureId',
  'queuedId',
  'savedReplyId',
  'tagId',
  'templateId',
  'webhookId',
];
