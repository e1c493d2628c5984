import { v7 as uuid } from 'uuid';
import type { Access } from '../http/access.ts';
import type { SeededInstance } from './seeded-instance.ts';

/** One route, and the answers it gives in a seeded instance (seeded-instance.ts). */
export type RouteCase = {
  /** As registered: method and path. */
  route: string;
  access: Access;
  /** The status for everybody with access. */
  status: number;
  /** The request, where the path is not enough; parameters are filled with the ids of the seeded instance. */
  call: string;
  body: (world: SeededInstance) => object | Buffer | undefined;
  /**
   * The status for the admin of another instance who calls it in their own instance with ids of the seeded
   * one: by default 404 if the path has an id, otherwise the ordinary status.
   */
  otherInstanceStatus: number | null;
  /** The status for an agent, where it differs from an admin's. */
  agentStatus: number | null;
  /** The response is a stream that stays open. */
  stream: boolean;
};

type RouteCaseOptions = {
  call?: string;
  body?: object | ((world: SeededInstance) => object);
  otherInstanceStatus?: number;
  agentStatus?: number;
  stream?: true;
};

const noBody = () => undefined;
const row = (route: string, access: Access, status: number, more: RouteCaseOptions = {}): RouteCase => {
  const { body } = more;
  return {
    route,
    access,
    status,
    call: more.call ?? route.slice(route.indexOf('/')),
    body: typeof body === 'function' ? (body as RouteCase['body']) : body ? () => body : noBody,
    otherInstanceStatus: more.otherInstanceStatus ?? null,
    agentStatus: more.agentStatus ?? null,
    stream: more.stream ?? false,
  };
};
/** The same for paths below /api/instances/:instanceId. */
const instanceRoute = (
  route: string,
  access: 'member' | 'admin',
  status: number,
  more: RouteCaseOptions = {},
): RouteCase => {
  const [method, path] = route.split(' ');
  const at = (below = '') => `/api/instances/:instanceId${below}`;
  return row(`${method} ${at(path)}`, access, status, { ...more, ...(more.call && { call: at(more.call) }) });
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
const preview = { html: '<p>{{draft.htmlBody}}</p>', sampleHtml: '' };
const draft = { version: 0, kind: 'new', conversationId: null, to: [], cc: [], bcc: [], subject: '', html };
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

/** Every route, one per line. routes.test.ts fails if one is missing. */
export const routeCases: RouteCase[] = [
  // anyone
  row('GET /api/auth/*', 'anyone', 200, { call: '/api/auth/get-session' }),
  row('POST /api/auth/*', 'anyone', 200, { call: '/api/auth/sign-out', body: {} }),
  row('GET /api/openapi.json', 'anyone', 200),
  row('GET /oauth/google/callback', 'anyone', 400, { call: '/oauth/google/callback?state=none&code=none' }),
  row('POST /google/notifications', 'anyone', 401, { body: {} }),
  row('POST /google/security-events', 'anyone', 400, { body: {} }),
  row('GET /unsubscribe/:token', 'anyone', 404, { call: '/unsubscribe/unknown' }),
  row('POST /unsubscribe/:token', 'anyone', 404, { call: '/unsubscribe/unknown' }),
  row('GET /api/bootstrap/:token', 'anyone', 404, { call: '/api/bootstrap/none' }),
  row('POST /api/bootstrap/:token', 'anyone', 404, { call: '/api/bootstrap/none', body: firstAdmin }),
  row('GET /api/key', 'user', 200),
  row('GET /api/reference', 'anyone', 200),
  row('GET /api/invitations/:token', 'anyone', 404, { call: '/api/invitations/none' }),
  row('POST /api/invitations/:token/accept', 'anyone', 404, {
    call: '/api/invitations/none/accept',
    body: { name: 'Bo', password: 'a river under the moon' },
  }),
  row('GET /api/sign-in', 'anyone', 200),
  row('POST /api/sign-in/:provider', 'anyone', 404, { call: '/api/sign-in/google', body: {} }),
  row('POST /api/invitations/:token/sign-in/:provider', 'anyone', 404, {
    call: '/api/invitations/none/sign-in/google',
  }),
  row('GET /oauth/oidc/callback', 'anyone', 404, { call: '/oauth/oidc/callback?state=none&code=none' }),
  row('GET /api/password', 'anyone', 200),
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
  row('GET /api/me/sign-in-ways', 'user', 200),
  row('POST /api/me/sign-in-ways/:provider', 'user', 404, {
    call: '/api/me/sign-in-ways/google',
    body: { to: '/' },
  }),
  row('DELETE /api/me/sign-in-ways/:provider', 'user', 404, {
    call: '/api/me/sign-in-ways/google',
    body: {},
  }),
  row('GET /api/me/sessions', 'user', 200),
  row('DELETE /api/me/sessions', 'user', 204),
  row('DELETE /api/me/sessions/:sessionId', 'user', 204, { call: '/api/me/sessions/:entryId' }),
  row('POST /api/invitations/:token/join', 'user', 404, { call: '/api/invitations/none/join' }),
  row('POST /api/instances', 'user', 201, { body: { name: 'Another', kind: 'sandbox' }, agentStatus: 403 }),
  // instances and people
  instanceRoute('GET /audit', 'admin', 200, { call: '/audit' }),
  instanceRoute('GET /audit.csv', 'admin', 200, { call: '/audit.csv?subject=a' }),
  instanceRoute('GET /health', 'admin', 200),
  instanceRoute('GET /pause', 'member', 200),
  instanceRoute('DELETE /pause', 'admin', 204),
  instanceRoute('PATCH', 'admin', 204, { body: { name: 'Another name' } }),
  instanceRoute('GET /required-sign-in', 'admin', 200),
  instanceRoute('PUT /required-sign-in', 'admin', 200, { body: { provider: null, domains: [] } }),
  instanceRoute('GET /contents', 'admin', 200),
  instanceRoute('DELETE', 'admin', 400, { body: { name: 'not its name' } }),
  instanceRoute('GET /members', 'admin', 200),
  instanceRoute('PATCH /members/:userId', 'admin', 409, {
    call: '/members/:adminUserId',
    body: { role: 'agent' },
  }),
  instanceRoute('POST /members/:userId/deactivate', 'admin', 200, {
    call: '/members/:agentUserId/deactivate',
    body: { reassignTo: null },
  }),
  instanceRoute('POST /members/:userId/reactivate', 'admin', 204, {
    call: '/members/:agentUserId/reactivate',
  }),
  instanceRoute('DELETE /members/:userId/two-factor', 'admin', 204, {
    call: '/members/:agentUserId/two-factor',
  }),
  instanceRoute('POST /members/:userId/password-link', 'admin', 201, {
    call: '/members/:agentUserId/password-link',
  }),
  instanceRoute('GET /invitations', 'admin', 200),
  instanceRoute('POST /invitations', 'admin', 201, {
    body: () => ({ email: `${uuid()}@new.example`, role: 'agent' }),
  }),
  instanceRoute('POST /invitations/:invitationId/resend', 'admin', 201),
  instanceRoute('DELETE /invitations/:invitationId', 'admin', 204),
  instanceRoute('GET /api-keys', 'admin', 200),
  instanceRoute('POST /api-keys', 'admin', 201, {
    body: { name: 'Shop', scopes: ['customers:read'], expiresAt: null },
  }),
  instanceRoute('DELETE /api-keys/:apiKeyId', 'admin', 204),
  // webhooks
  instanceRoute('GET /webhooks', 'admin', 200),
  instanceRoute('POST /webhooks', 'admin', 201, {
    body: { url: 'https://hooks.example/postroom', eventTypes: ['message.stored'] },
  }),
  instanceRoute('PATCH /webhooks/:webhookId', 'admin', 200, { body: { state: 'paused' } }),
  instanceRoute('DELETE /webhooks/:webhookId', 'admin', 204),
  instanceRoute('POST /webhooks/:webhookId/rotate-secret', 'admin', 200),
  instanceRoute('POST /webhooks/:webhookId/test', 'admin', 202),
  instanceRoute('POST /webhooks/:webhookId/replay', 'admin', 202, { body: () => ({ since: soon() }) }),
  instanceRoute('GET /webhooks/:webhookId/deliveries', 'admin', 200),
  instanceRoute('POST /webhooks/:webhookId/deliveries/:deliveryId/replay', 'admin', 202),
  // the inbox
  instanceRoute('GET /views', 'member', 200),
  instanceRoute('GET /conversations', 'member', 200),
  instanceRoute('GET /conversations/:conversationId', 'member', 200),
  instanceRoute('PATCH /conversations/:conversationId', 'member', 200, { body: { status: 'done' } }),
  instanceRoute('GET /conversations/in-view', 'member', 200, {
    call: '/conversations/in-view?ids=:conversationId',
  }),
  instanceRoute('POST /conversations/changes', 'member', 200, {
    body: ({ ids }) => ({ changes: [{ conversationId: ids.conversationId, status: 'done', read: true }] }),
  }),
  instanceRoute('GET /search', 'member', 200, { call: '/search?q=is:open' }),
  instanceRoute('GET /search/correction', 'member', 200, { call: '/search/correction?q=pacel' }),
  instanceRoute('GET /tags', 'member', 200),
  instanceRoute('PUT /tags/:tagId', 'member', 200, {
    body: ({ marker }) => ({ name: marker }),
    otherInstanceStatus: 200,
  }),
  instanceRoute('PATCH /tags/:tagId', 'admin', 200, { body: { color: 'pink' } }),
  instanceRoute('DELETE /tags/:tagId', 'admin', 204, { otherInstanceStatus: 204 }),
  instanceRoute('GET /filters', 'member', 200),
  instanceRoute('PUT /filters/:filterId', 'member', 200, {
    body: { name: 'Open', query: 'is:open', shared: true },
    otherInstanceStatus: 200,
  }),
  instanceRoute('DELETE /filters/:filterId', 'member', 204, { otherInstanceStatus: 204 }),
  instanceRoute('POST /conversations/:conversationId/read', 'member', 204),
  instanceRoute('GET /conversations/:conversationId/reply-defaults', 'member', 200),
  instanceRoute('POST /conversations/:conversationId/quotable-messages', 'member', 200, {
    body: ({ ids }) => ({ mailboxId: ids.mailboxId, to: [], cc: [], bcc: [] }),
  }),
  instanceRoute('GET /conversations/:conversationId/writers', 'member', 200, { otherInstanceStatus: 200 }),
  instanceRoute('POST /conversations/:conversationId/replies', 'member', 201, {
    body: ({ ids }) => ({ id: uuid(), mailboxId: ids.mailboxId, to: ['ana@far.example'], html }),
  }),
  instanceRoute('POST /conversations/:conversationId/notes', 'member', 201, {
    body: () => ({ id: uuid(), html }),
  }),
  instanceRoute('GET /conversations/:conversationId/messages', 'member', 200, {
    call: '/conversations/:conversationId/messages',
    otherInstanceStatus: 200,
  }),
  instanceRoute('POST /conversations/:conversationId/presence', 'member', 200, {
    body: { present: true },
    otherInstanceStatus: 200,
  }),
  instanceRoute('GET /attachments/:attachmentId', 'member', 200),
  instanceRoute('GET /attachments/:attachmentId/text', 'member', 200),
  // The seeded file is no message.
  instanceRoute('GET /attachments/:attachmentId/message', 'member', 404),
  instanceRoute('GET /messages/:messageId/raw', 'member', 200),
  instanceRoute('GET /messages/:messageId/source', 'member', 200),
  instanceRoute('GET /messages/:messageId/attachments.zip', 'member', 200),
  instanceRoute('GET /messages/:messageId/remote-images', 'member', 404, {
    call: '/messages/:messageId/remote-images?url=https://elsewhere.example/',
  }),
  instanceRoute('GET /events', 'member', 200, { call: '/events?after=0', stream: true }),
  instanceRoute('GET /people', 'member', 200),
  instanceRoute('GET /senders', 'member', 200),
  instanceRoute('GET /notifications', 'member', 200),
  instanceRoute('POST /notifications/read', 'member', 200, {
    body: () => ({ through: new Date().toISOString() }),
  }),
  instanceRoute('GET /notifications/preferences', 'member', 200),
  instanceRoute('PATCH /notifications/preferences', 'member', 200, { body: { assigned: 'email' } }),
  instanceRoute('GET /notifications/push', 'member', 200),
  instanceRoute('PUT /notifications/push', 'member', 204, {
    body: () => ({
      endpoint: `https://push.example/${uuid()}`,
      keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
    }),
  }),
  instanceRoute('DELETE /notifications/push', 'member', 204),
  // writing
  instanceRoute('GET /drafts', 'member', 200, { call: '/drafts?conversationId=:conversationId' }),
  instanceRoute('PUT /drafts/:draftId', 'member', 409, {
    body: () => ({ ...draft, mailboxId: null }),
    otherInstanceStatus: 200,
  }),
  instanceRoute('DELETE /drafts/:draftId', 'member', 204, { otherInstanceStatus: 204 }),
  instanceRoute('POST /drafts/:draftId/send', 'member', 201, { body: { version: 1 } }),
  instanceRoute('PUT /drafts/:draftId/attachments/:attachmentId', 'member', 200, {
    call: '/drafts/:draftId/attachments/:queuedId?filename=a.txt',
    body: () => Buffer.from('a file'),
  }),
  instanceRoute('DELETE /drafts/:draftId/attachments/:attachmentId', 'member', 204, {
    otherInstanceStatus: 204,
  }),
  instanceRoute('POST /messages/:messageId/draft', 'member', 200, { call: '/messages/:queuedId/draft' }),
  instanceRoute('POST /messages/:messageId/forward', 'member', 200),
  instanceRoute('POST /messages/:messageId/delivery', 'member', 200, {
    call: '/messages/:queuedId/delivery',
    body: () => ({ decision: 'later', sendAt: soon() }),
  }),
  instanceRoute('GET /writing-settings', 'member', 200),
  instanceRoute('PATCH /writing-settings', 'member', 200, { body: { undoSeconds: 5 } }),
  instanceRoute('GET /saved-replies', 'member', 200),
  instanceRoute('PUT /saved-replies/:savedReplyId', 'member', 200, {
    body: { name: 'hello', html },
    otherInstanceStatus: 200,
  }),
  instanceRoute('DELETE /saved-replies/:savedReplyId', 'member', 204, { otherInstanceStatus: 204 }),
  instanceRoute('GET /customers', 'member', 200, { call: '/customers?query=ana' }),
  instanceRoute('POST /conversations/:conversationId/merge', 'member', 400, {
    body: ({ ids }) => ({ fromId: ids.conversationId }),
    otherInstanceStatus: 400,
  }),
  instanceRoute('DELETE /conversations/:conversationId/merges/:mergeId', 'member', 404, {
    call: '/conversations/:conversationId/merges/:messageId',
  }),
  instanceRoute('POST /conversations/:conversationId/split', 'member', 201, {
    body: ({ ids }) => ({ messageId: [ids.messageId, ids.queuedId].sort()[1] }),
  }),
  instanceRoute('POST /conversations/:conversationId/customer', 'member', 204, {
    body: ({ ids }) => ({ customerId: ids.customerId }),
  }),
  instanceRoute('GET /customers/list', 'member', 200),
  instanceRoute('GET /customers/:customerId', 'member', 200),
  instanceRoute('PATCH /customers/:customerId', 'member', 200, { body: { name: 'Another Name' } }),
  instanceRoute('GET /customers/:customerId/timeline', 'member', 200),
  instanceRoute('GET /customers/:customerId/conversations', 'member', 200, {
    call: '/customers/:customerId/conversations?status=open',
  }),
  instanceRoute('GET /customers/:customerId/volume', 'member', 200, {
    call: '/customers/:customerId/volume?from=2026-01-01&to=2026-12-31&step=month',
  }),
  instanceRoute('GET /customers/:customerId/notes', 'member', 200),
  instanceRoute('POST /customers/:customerId/notes', 'member', 201, { body: { body: 'A note' } }),
  instanceRoute('DELETE /customers/:customerId/notes/:noteId', 'member', 200, {
    call: '/customers/:customerId/notes/:messageId',
  }),
  instanceRoute('POST /customers/:customerId/merge', 'member', 400, {
    body: ({ ids }) => ({ fromId: ids.customerId }),
    otherInstanceStatus: 400,
  }),
  instanceRoute('DELETE /customers/:customerId/merges/:mergeId', 'member', 404, {
    call: '/customers/:customerId/merges/:messageId',
  }),
  instanceRoute('POST /customers/:customerId/delete', 'admin', 409, {
    body: ({ marker }) => ({ name: `Ana ${marker}` }),
  }),
  instanceRoute('GET /customers/:customerId/export.zip', 'admin', 200),
  instanceRoute('GET /unreadable-messages', 'member', 200),
  instanceRoute('POST /unreadable-messages/retry', 'member', 202, {
    body: ({ ids, marker }) => ({ mailboxId: ids.mailboxId, gmailId: `unreadable-${marker}` }),
    otherInstanceStatus: 404,
  }),
  // redacting and deleting
  instanceRoute('POST /messages/:messageId/passage', 'member', 200, {
    body: ({ marker }) => ({ passage: marker }),
  }),
  instanceRoute('POST /messages/:messageId/redact', 'member', 204, {
    body: ({ marker }) => ({ passage: marker, everywhere: false }),
  }),
  // Its message has no invitation.
  instanceRoute('GET /messages/:messageId/invitation', 'member', 404),
  instanceRoute('PUT /messages/:messageId/invitation', 'member', 404, {
    body: () => ({ id: uuid(), participation: 'accepted' }),
  }),
  instanceRoute('DELETE /messages/:messageId', 'member', 204),
  instanceRoute('DELETE /attachments/:attachmentId', 'member', 204),
  instanceRoute('GET /retention', 'admin', 200),
  instanceRoute('GET /retention/preview', 'admin', 200, {
    call: '/retention/preview?days=30',
    otherInstanceStatus: 200,
  }),
  instanceRoute('PUT /retention', 'admin', 200, { body: { days: 400 } }),
  instanceRoute('GET /content-settings', 'admin', 200),
  instanceRoute('PUT /content-settings', 'admin', 200, { body: { redactCards: true } }),
  // mailboxes
  instanceRoute('GET /mailboxes', 'admin', 200),
  instanceRoute('PATCH /mailboxes/:mailboxId', 'admin', 200, { body: { displayName: 'Support' } }),
  instanceRoute('PUT /mailboxes/:mailboxId/aliases/:alias', 'admin', 200, {
    call: '/mailboxes/:mailboxId/aliases/help@acme.example',
    body: { displayName: 'Help', ownTemplate: false, templateId: null },
  }),
  instanceRoute('POST /mailboxes/:mailboxId/check', 'admin', 202),
  instanceRoute('PUT /mailboxes/:mailboxId/two-way', 'admin', 200, { body: { on: false } }),
  instanceRoute('GET /mailboxes/:mailboxId', 'admin', 200),
  instanceRoute('GET /mailboxes/:mailboxId/traffic', 'admin', 200),
  instanceRoute('POST /mailboxes/:mailboxId/test-message', 'admin', 202),
  instanceRoute('GET /mailboxes/:mailboxId/imports', 'admin', 200),
  // Google does not know the seeded address, so it lists nothing.
  instanceRoute('POST /mailboxes/:mailboxId/import-estimates', 'admin', 502, {
    body: () => ({ by: 'days', days: 30 }),
  }),
  instanceRoute('POST /mailboxes/:mailboxId/imports', 'admin', 201, {
    body: () => ({ by: 'search', query: 'from:ana@far.example' }),
  }),
  instanceRoute('PATCH /mailboxes/:mailboxId/imports/:importId', 'admin', 204, {
    body: () => ({ action: 'cancel' }),
  }),
  instanceRoute('POST /mailbox-previews', 'admin', 200, {
    body: ({ ids }) => ({
      of: { mailboxId: ids.mailboxId },
      settings,
      conversationId: 'latest',
      sampleHtml: html,
      question: 'Where is it?',
    }),
    otherInstanceStatus: 404,
  }),
  instanceRoute('DELETE /mailboxes/:mailboxId', 'admin', 204),
  instanceRoute('POST /connections', 'admin', 201, {
    body: ({ ids }) => ({ mailboxId: ids.mailboxId }),
    otherInstanceStatus: 404,
  }),
  instanceRoute('GET /connections/:connectionId', 'admin', 200),
  instanceRoute('POST /connections/:connectionId/save', 'admin', 409, { body: settings }),
  instanceRoute('DELETE /connections/:connectionId', 'admin', 204, { otherInstanceStatus: 204 }),
  instanceRoute('GET /receiving', 'admin', 200),
  instanceRoute('PATCH /receiving', 'admin', 200, { body: { messagesPerHour: 30 } }),
  instanceRoute('GET /own-addresses', 'admin', 200),
  instanceRoute('POST /own-addresses', 'admin', 200, { body: { address: 'team@acme.example' } }),
  instanceRoute('DELETE /own-addresses/:address', 'admin', 200, {
    call: '/own-addresses/team@acme.example',
    otherInstanceStatus: 200,
  }),
  // reports
  instanceRoute('GET /reports/times', 'admin', 200, {
    call: '/reports/times?from=2026-01-01&to=2026-01-31&group=day',
    otherInstanceStatus: 200,
  }),
  instanceRoute('GET /reports/volume', 'admin', 200, {
    call: '/reports/volume?from=2026-01-01&to=2026-01-31&step=day',
    otherInstanceStatus: 200,
  }),
  instanceRoute('GET /reports/backlog', 'admin', 200),
  instanceRoute('GET /opening-hours', 'admin', 200),
  instanceRoute('PUT /opening-hours', 'admin', 200, {
    body: { timeZone: 'Europe/Berlin', week: [{ day: 1, from: '09:00', to: '17:00' }], holidays: [] },
  }),
  // templates
  instanceRoute('GET /templates', 'admin', 200),
  instanceRoute('GET /templates/:templateId', 'admin', 200),
  instanceRoute('POST /templates', 'admin', 201, { body: template }),
  instanceRoute('PUT /templates/:templateId', 'admin', 200, { body: template }),
  instanceRoute('DELETE /templates/:templateId', 'admin', 204, {
    call: '/templates/:templateId?replacement=blank',
  }),
  // The seeded mailbox does not exist at Google, so it becomes disconnected.
  instanceRoute('POST /template-pictures', 'admin', 201, {
    body: { filename: 'logo.gif', base64: 'R0lGODlhAQABAAAAACwAAAAAAQABAAAAOw==' },
  }),
  instanceRoute('GET /template-pictures/:pictureId', 'admin', 200),
  instanceRoute('POST /template-tests', 'admin', 409, {
    body: ({ ids }) => ({ ...preview, conversationId: null, mailboxId: ids.mailboxId }),
    otherInstanceStatus: 404,
  }),
  // setting Google up: of the deployment, the same in each instance
  instanceRoute('GET /google-set-up', 'admin', 200),
  instanceRoute('POST /google-set-up/check', 'admin', 200),
  instanceRoute('GET /google-set-up/security-events', 'admin', 200),
  // No key is configured.
  instanceRoute('POST /google-set-up/security-events', 'admin', 409, { body: {} }),
  instanceRoute('GET /templates/:templateId/versions', 'admin', 200),
  instanceRoute('GET /templates/:templateId/versions/:version', 'admin', 200, {
    call: '/templates/:templateId/versions/1',
  }),
  instanceRoute('POST /templates/:templateId/versions/:version/restore', 'admin', 200, {
    call: '/templates/:templateId/versions/1/restore',
  }),
  instanceRoute('POST /template-previews', 'admin', 200, {
    body: ({ ids }) => ({
      html: template.html,
      conversationId: ids.conversationId,
      mailboxId: null,
      sampleHtml: '',
    }),
    otherInstanceStatus: 404,
  }),
  // An address inside is not requested.
  instanceRoute('GET /preview-images', 'admin', 404, {
    call: '/preview-images?url=http://127.0.0.1/logo.png',
  }),
  // bulk messages
  instanceRoute('GET /bulk-messages', 'admin', 200),
  instanceRoute('GET /bulk-messages/:bulkId', 'admin', 200),
  instanceRoute('PUT /bulk-messages/:bulkId', 'admin', 200, {
    body: ({ ids }) => ({ mailboxId: ids.mailboxId, subject: 'News', html }),
  }),
  instanceRoute('DELETE /bulk-messages/:bulkId', 'admin', 204),
  instanceRoute('POST /bulk-messages/:bulkId/recipients', 'admin', 200, { body: { search: 'ana' } }),
  instanceRoute('DELETE /bulk-messages/:bulkId/recipients', 'admin', 200),
  instanceRoute('GET /bulk-messages/:bulkId/recipients', 'admin', 200, { otherInstanceStatus: 200 }),
  instanceRoute('GET /bulk-messages/:bulkId/report.csv', 'admin', 200, { otherInstanceStatus: 200 }),
  instanceRoute('GET /bulk-messages/:bulkId/preview', 'admin', 200),
  instanceRoute('GET /bulk-messages/:bulkId/allowance', 'admin', 200),
  instanceRoute('POST /bulk-messages/:bulkId/test', 'admin', 202, { body: {} }),
  instanceRoute('POST /bulk-messages/:bulkId/start', 'admin', 200),
  instanceRoute('POST /bulk-messages/:bulkId/pause', 'admin', 409),
  instanceRoute('POST /bulk-messages/:bulkId/resume', 'admin', 409),
  instanceRoute('POST /bulk-messages/:bulkId/cancel', 'admin', 409),
];
