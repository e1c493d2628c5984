import { v7 as uuid } from 'uuid';
import type { Access } from '../http/access.ts';
import type { World } from './seeded-instance.ts';

/** One route, and what the one entitled to it gets in a seeded world (seeded.ts). */
export type Row = {
  /** As it registers: its method and path. */
  route: string;
  access: Access;
  /** The status for everybody who may call it. */
  ok: number;
  /** What is called, where the path is not enough: parameters are filled from the world's ids. */
  call: string;
  body: (world: World) => object | Buffer | undefined;
  /**
   * What the admin of another instance gets in his own, with the ids of this one: 404 where the
   * path has an id, and what is his own elsewhere, unless said otherwise.
   */
  elsewhere: number | null;
  /** What an agent gets, where it is not what an admin gets. */
  agent: number | null;
  /** It answers for as long as it is listened to. */
  stream: boolean;
};

type More = {
  call?: string;
  body?: object | ((world: World) => object);
  elsewhere?: number;
  agent?: number;
  stream?: true;
};

const nothing = () => undefined;
const row = (route: string, access: Access, ok: number, more: More = {}): Row => {
  const { body } = more;
  return {
    route,
    access,
    ok,
    call: more.call ?? route.slice(route.indexOf('/')),
    body: typeof body === 'function' ? (body as Row['body']) : body ? () => body : nothing,
    elsewhere: more.elsewhere ?? null,
    agent: more.agent ?? null,
    stream: more.stream ?? false,
  };
};
/** The same below /api/instances/:instanceId. */
const own = (route: string, access: 'member' | 'admin', ok: number, more: More = {}): Row => {
  const [method, path] = route.split(' ');
  const at = (below = '') => `/api/instances/:instanceId${below}`;
  return row(`${method} ${at(path)}`, access, ok, { ...more, ...(more.call && { call: at(more.call) }) });
};

const settings = { displayName: 'Support', templateId: null, dynamicAliasName: false, threading: 'single' };
const template = { name: 'Ours', html: '<p>{{draft.htmlBody}}</p>' };
const firstAdmin = {
  name: 'Bo',
  email: 'bo@new.example',
  password: 'a river under the moon',
  instance: 'New',
};
const html = '<p>Hello</p>';
const preview = { html: '<p>{{draft.htmlBody}}</p>', words: '' };
const draft = { version: 0, kind: 'new', conversationId: null, to: [], cc: [], bcc: [], subject: '', html };
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

/** Every route, a row a line: one that is not here fails routes.test.ts. */
export const table: Row[] = [
  // anyone
  row('GET /api/auth/*', 'anyone', 200, { call: '/api/auth/get-session' }),
  row('POST /api/auth/*', 'anyone', 200, { call: '/api/auth/sign-out', body: {} }),
  row('GET /api/openapi.json', 'anyone', 200),
  row('GET /oauth/google/callback', 'anyone', 400, { call: '/oauth/google/callback?state=none&code=none' }),
  row('POST /google/notifications', 'anyone', 401, { body: {} }),
  row('POST /google/security-events', 'anyone', 400, { body: {} }),
  row('GET /unsubscribe/:token', 'anyone', 404, { call: '/unsubscribe/unknown' }),
  row('POST /unsubscribe/:token', 'anyone', 404, { call: '/unsubscribe/unknown' }),
  row('GET /api/first-run/:token', 'anyone', 404, { call: '/api/first-run/none' }),
  row('POST /api/first-run/:token', 'anyone', 404, { call: '/api/first-run/none', body: firstAdmin }),
  row('GET /api/invitations/:token', 'anyone', 404, { call: '/api/invitations/none' }),
  row('POST /api/invitations/:token/accept', 'anyone', 404, {
    call: '/api/invitations/none/accept',
    body: { name: 'Bo', password: 'a river under the moon' },
  }),
  row('POST /api/password', 'anyone', 202, { body: () => ({ email: `${uuid()}@nobody.example` }) }),
  row('GET /api/password/:token', 'anyone', 404, { call: '/api/password/none' }),
  row('POST /api/password/:token', 'anyone', 404, {
    call: '/api/password/none',
    body: { password: 'a river under the moon' },
  }),
  // signed-in users
  row('GET /api/me', 'user', 200),
  row('PATCH /api/me', 'user', 204, { body: { name: 'Somebody', language: 'de' } }),
  row('POST /api/me/password', 'user', 403, {
    body: { current: 'not it', password: 'a river under the moon' },
  }),
  row('GET /api/me/sessions', 'user', 200),
  row('DELETE /api/me/sessions', 'user', 204),
  row('DELETE /api/me/sessions/:sessionId', 'user', 204, { call: '/api/me/sessions/:entryId' }),
  row('POST /api/invitations/:token/join', 'user', 404, { call: '/api/invitations/none/join' }),
  row('POST /api/instances', 'user', 201, { body: { name: 'Another', kind: 'sandbox' }, agent: 403 }),
  // instances and people
  own('GET /audit', 'admin', 200, { call: '/audit?after=:entryId' }),
  own('GET /audit.csv', 'admin', 200, { call: '/audit.csv?subject=a' }),
  own('PATCH', 'admin', 204, { body: { name: 'Another name' } }),
  own('GET /contents', 'admin', 200),
  own('DELETE', 'admin', 400, { body: { name: 'not its name' } }),
  own('GET /members', 'admin', 200),
  own('PATCH /members/:userId', 'admin', 409, { call: '/members/:adminUserId', body: { role: 'agent' } }),
  own('POST /members/:userId/deactivate', 'admin', 200, {
    call: '/members/:agentUserId/deactivate',
    body: { handTo: null },
  }),
  own('POST /members/:userId/reactivate', 'admin', 204, { call: '/members/:agentUserId/reactivate' }),
  own('DELETE /members/:userId/two-factor', 'admin', 204, { call: '/members/:agentUserId/two-factor' }),
  own('POST /members/:userId/password-link', 'admin', 201, { call: '/members/:agentUserId/password-link' }),
  own('POST /invitations', 'admin', 201, { body: () => ({ email: `${uuid()}@new.example`, role: 'agent' }) }),
  own('POST /invitations/:invitationId/resend', 'admin', 201),
  own('DELETE /invitations/:invitationId', 'admin', 204),
  // the inbox
  own('GET /views', 'member', 200),
  own('GET /conversations', 'member', 200),
  own('GET /conversations/:conversationId', 'member', 200),
  own('PATCH /conversations/:conversationId', 'member', 200, { body: { status: 'done' } }),
  own('GET /conversations/in-view', 'member', 200, { call: '/conversations/in-view?ids=:conversationId' }),
  own('POST /conversations/changes', 'member', 200, {
    body: ({ ids }) => ({ changes: [{ conversationId: ids.conversationId, status: 'done', read: true }] }),
  }),
  own('GET /search', 'member', 200, { call: '/search?q=is:open' }),
  own('GET /tags', 'member', 200),
  own('PUT /tags/:tagId', 'member', 200, { body: ({ mark }) => ({ name: mark }), elsewhere: 200 }),
  own('PATCH /tags/:tagId', 'admin', 200, { body: { color: 'pink' } }),
  own('DELETE /tags/:tagId', 'admin', 204, { elsewhere: 204 }),
  own('GET /filters', 'member', 200),
  own('PUT /filters/:filterId', 'member', 200, {
    body: { name: 'Open', query: 'is:open', shared: true },
    elsewhere: 200,
  }),
  own('DELETE /filters/:filterId', 'member', 204, { elsewhere: 204 }),
  own('POST /conversations/:conversationId/read', 'member', 204),
  own('GET /conversations/:conversationId/reply-defaults', 'member', 200),
  own('GET /conversations/:conversationId/writers', 'member', 200, { elsewhere: 200 }),
  own('POST /conversations/:conversationId/replies', 'member', 201, {
    body: ({ ids }) => ({ id: uuid(), mailboxId: ids.mailboxId, to: ['ana@far.example'], html }),
  }),
  own('POST /conversations/:conversationId/notes', 'member', 201, { body: () => ({ id: uuid(), html }) }),
  own('GET /conversations/:conversationId/messages', 'member', 200, {
    call: '/conversations/:conversationId/messages?before=now',
    elsewhere: 200,
  }),
  own('POST /conversations/:conversationId/presence', 'member', 200, {
    body: { here: true },
    elsewhere: 200,
  }),
  own('GET /attachments/:attachmentId', 'member', 200),
  own('GET /messages/:messageId/raw', 'member', 200),
  own('GET /messages/:messageId/source', 'member', 200),
  own('GET /messages/:messageId/attachments.zip', 'member', 200),
  own('GET /messages/:messageId/remote-images', 'member', 404, {
    call: '/messages/:messageId/remote-images?url=https://elsewhere.example/',
  }),
  own('GET /events', 'member', 200, { call: '/events?after=0', stream: true }),
  own('GET /people', 'member', 200),
  own('GET /senders', 'member', 200),
  own('GET /notifications', 'member', 200),
  own('POST /notifications/read', 'member', 200, { body: () => ({ through: new Date().toISOString() }) }),
  own('GET /notifications/choices', 'member', 200),
  own('PATCH /notifications/choices', 'member', 200, { body: { assigned: 'mail' } }),
  // writing
  own('GET /drafts', 'member', 200, { call: '/drafts?conversationId=:conversationId' }),
  own('PUT /drafts/:draftId', 'member', 409, {
    body: () => ({ ...draft, mailboxId: null }),
    elsewhere: 200,
  }),
  own('DELETE /drafts/:draftId', 'member', 204, { elsewhere: 204 }),
  own('POST /drafts/:draftId/send', 'member', 201, { body: { version: 1 } }),
  own('PUT /drafts/:draftId/attachments/:attachmentId', 'member', 200, {
    call: '/drafts/:draftId/attachments/:queuedId?filename=a.txt',
    body: () => Buffer.from('a file'),
  }),
  own('DELETE /drafts/:draftId/attachments/:attachmentId', 'member', 204, { elsewhere: 204 }),
  own('POST /messages/:messageId/draft', 'member', 200, { call: '/messages/:queuedId/draft' }),
  own('POST /messages/:messageId/forward', 'member', 200),
  own('POST /messages/:messageId/delivery', 'member', 200, {
    call: '/messages/:queuedId/delivery',
    body: () => ({ decision: 'later', sendAt: soon() }),
  }),
  own('GET /writing-settings', 'member', 200),
  own('PATCH /writing-settings', 'member', 200, { body: { undoSeconds: 5 } }),
  own('GET /saved-replies', 'member', 200),
  own('PUT /saved-replies/:savedReplyId', 'member', 200, { body: { name: 'hello', html }, elsewhere: 200 }),
  own('DELETE /saved-replies/:savedReplyId', 'member', 204, { elsewhere: 204 }),
  own('GET /customers', 'member', 200, { call: '/customers?query=ana' }),
  own('POST /conversations/:conversationId/merge', 'member', 400, {
    body: ({ ids }) => ({ fromId: ids.conversationId }),
    elsewhere: 400,
  }),
  own('DELETE /conversations/:conversationId/merges/:mergeId', 'member', 404, {
    call: '/conversations/:conversationId/merges/:messageId',
  }),
  own('POST /conversations/:conversationId/split', 'member', 201, {
    body: ({ ids }) => ({ messageId: [ids.messageId, ids.queuedId].sort()[1] }),
  }),
  own('POST /conversations/:conversationId/customer', 'member', 204, {
    body: ({ ids }) => ({ customerId: ids.customerId }),
  }),
  own('GET /customers/list', 'member', 200),
  own('GET /customers/:customerId', 'member', 200),
  own('PATCH /customers/:customerId', 'member', 200, { body: { name: 'Another Name' } }),
  own('GET /customers/:customerId/timeline', 'member', 200),
  own('POST /customers/:customerId/notes', 'member', 201, { body: { body: 'A note' } }),
  own('DELETE /customers/:customerId/notes/:noteId', 'member', 200, {
    call: '/customers/:customerId/notes/:messageId',
  }),
  own('POST /customers/:customerId/merge', 'member', 400, {
    body: ({ ids }) => ({ fromId: ids.customerId }),
    elsewhere: 400,
  }),
  own('DELETE /customers/:customerId/merges/:mergeId', 'member', 404, {
    call: '/customers/:customerId/merges/:messageId',
  }),
  own('POST /customers/:customerId/delete', 'admin', 409, { body: ({ mark }) => ({ name: `Ana ${mark}` }) }),
  own('GET /customers/:customerId/export.zip', 'admin', 200),
  // redacting and deleting
  own('POST /messages/:messageId/passage', 'member', 200, { body: ({ mark }) => ({ passage: mark }) }),
  own('POST /messages/:messageId/redact', 'member', 204, {
    body: ({ mark }) => ({ passage: mark, everywhere: false }),
  }),
  own('DELETE /messages/:messageId', 'member', 204),
  own('DELETE /attachments/:attachmentId', 'member', 204),
  own('GET /content-settings', 'admin', 200),
  own('PUT /content-settings', 'admin', 200, { body: { redactCards: true } }),
  // mailboxes
  own('GET /mailboxes', 'admin', 200),
  own('PATCH /mailboxes/:mailboxId', 'admin', 200, { body: { displayName: 'Support' } }),
  own('POST /mailboxes/:mailboxId/check', 'admin', 202),
  own('GET /mailboxes/:mailboxId', 'admin', 200),
  own('GET /mailboxes/:mailboxId/traffic', 'admin', 200),
  own('POST /mailboxes/:mailboxId/test-message', 'admin', 202),
  own('POST /mailbox-previews', 'admin', 200, {
    body: ({ ids }) => ({
      of: { mailboxId: ids.mailboxId },
      settings,
      conversationId: 'latest',
      words: html,
      question: 'Where is it?',
    }),
    elsewhere: 404,
  }),
  own('DELETE /mailboxes/:mailboxId', 'admin', 204),
  own('POST /connections', 'admin', 201, {
    body: ({ ids }) => ({ mailboxId: ids.mailboxId }),
    elsewhere: 404,
  }),
  own('GET /connections/:connectionId', 'admin', 200),
  own('POST /connections/:connectionId/save', 'admin', 409, { body: settings }),
  own('DELETE /connections/:connectionId', 'admin', 204, { elsewhere: 204 }),
  own('GET /receiving', 'admin', 200),
  own('PATCH /receiving', 'admin', 200, { body: { messagesPerHour: 30 } }),
  // templates
  own('GET /templates', 'admin', 200),
  own('GET /templates/:templateId', 'admin', 200),
  own('POST /templates', 'admin', 201, { body: template }),
  own('PUT /templates/:templateId', 'admin', 200, { body: template }),
  own('DELETE /templates/:templateId', 'admin', 204, { call: '/templates/:templateId?replacement=blank' }),
  // The seeded address is not Google's: it is told to be disconnected.
  own('POST /template-tests', 'admin', 409, {
    body: ({ ids }) => ({ ...preview, conversationId: null, mailboxId: ids.mailboxId }),
    elsewhere: 404,
  }),
  // setting Google up: of the deployment, the same in each instance
  own('GET /google-set-up', 'admin', 200),
  own('POST /google-set-up/check', 'admin', 200),
  own('GET /templates/:templateId/versions', 'admin', 200),
  own('GET /templates/:templateId/versions/:version', 'admin', 200, {
    call: '/templates/:templateId/versions/1',
  }),
  own('POST /templates/:templateId/versions/:version/restore', 'admin', 200, {
    call: '/templates/:templateId/versions/1/restore',
  }),
  own('POST /template-previews', 'admin', 200, {
    body: ({ ids }) => ({
      html: template.html,
      conversationId: ids.conversationId,
      mailboxId: null,
      words: '',
    }),
    elsewhere: 404,
  }),
  // bulk messages
  own('GET /bulk-messages', 'admin', 200),
  own('GET /bulk-messages/:bulkId', 'admin', 200),
  own('PUT /bulk-messages/:bulkId', 'admin', 200, {
    body: ({ ids }) => ({ mailboxId: ids.mailboxId, subject: 'News', html }),
  }),
  own('DELETE /bulk-messages/:bulkId', 'admin', 204),
  own('POST /bulk-messages/:bulkId/recipients', 'admin', 200, { body: { search: 'ana' } }),
  own('DELETE /bulk-messages/:bulkId/recipients', 'admin', 200),
  own('GET /bulk-messages/:bulkId/recipients', 'admin', 200, { elsewhere: 200 }),
  own('GET /bulk-messages/:bulkId/report.csv', 'admin', 200, { elsewhere: 200 }),
  own('GET /bulk-messages/:bulkId/preview', 'admin', 200),
  own('GET /bulk-messages/:bulkId/allowance', 'admin', 200),
  own('POST /bulk-messages/:bulkId/test', 'admin', 202, { body: {} }),
  own('POST /bulk-messages/:bulkId/start', 'admin', 200),
  own('POST /bulk-messages/:bulkId/pause', 'admin', 409),
  own('POST /bulk-messages/:bulkId/resume', 'admin', 409),
  own('POST /bulk-messages/:bulkId/cancel', 'admin', 409),
];
