import { constants } from 'node:zlib';
import compress, { type FastifyCompressOptions } from '@fastify/compress';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyBaseLogger, LogController, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerAccessControl } from './access.ts';
import { type Bounds, defaultBounds } from './bounds.ts';
import { forbidCaching } from './caching.ts';
import { answerWhileDatabaseIsAway } from './database-away.ts';
import { answerRepeatedRequests, notingChanges } from './idempotency.ts';
import { openApiDocument } from './openapi.ts';
import { refuseOtherOrigins } from './other-origins.ts';
import { refuseWhilePaused } from './paused.ts';
import { probeRoutes } from './probes.ts';
import { handleError } from './problem-documents.ts';
import { referencePage } from './reference-page.ts';
import { malformedRequests, refuseUnstorableText } from './refuse-malformed.ts';
import { countRequests } from './request-limits.ts';
import { logRequests } from './request-log.ts';
import { accountLinkRoutes } from './routes/account/account-links.ts';
import { profileRoutes } from './routes/account/profile.ts';
import { providerSignInRoutes } from './routes/account/provider-sign-in.ts';
import { signInRoutes } from './routes/account/sign-in.ts';
import { signInWayRoutes } from './routes/account/sign-in-ways.ts';
import { bulkMessageRoutes } from './routes/bulk/bulk-messages.ts';
import { bulkRecipientRoutes } from './routes/bulk/bulk-recipients.ts';
import { unsubscribeRoutes } from './routes/bulk/unsubscribe.ts';
import { attachmentRoutes } from './routes/content/attachments.ts';
import { previewRoutes } from './routes/content/previews.ts';
import { redactionRoutes } from './routes/content/redactions.ts';
import { remoteImageRoutes } from './routes/content/remote-images.ts';
import { retentionRoutes } from './routes/content/retention.ts';
import { conversationRoutes } from './routes/conversations/conversations.ts';
import { mergeAndSplitRoutes } from './routes/conversations/merge-and-split.ts';
import { savedFilterRoutes } from './routes/conversations/saved-filters.ts';
import { searchRoutes } from './routes/conversations/search.ts';
import { tagRoutes } from './routes/conversations/tags.ts';
import { unreadableMessageRoutes } from './routes/conversations/unreadable-messages.ts';
import { viewRoutes } from './routes/conversations/views.ts';
import { customerActivityRoutes } from './routes/customers/customer-activity.ts';
import { customerRoutes } from './routes/customers/customers.ts';
import { customerNoteAndMergeRoutes } from './routes/customers/notes-and-merges.ts';
import { calendarInvitationRoutes } from './routes/drafts/calendar-invitations.ts';
import { composerRoutes } from './routes/drafts/composer.ts';
import { deliveryRoutes } from './routes/drafts/deliveries.ts';
import { draftRoutes } from './routes/drafts/drafts.ts';
import { replyRoutes } from './routes/drafts/replies.ts';
import { eventStreamRoutes } from './routes/google/event-stream.ts';
import { oauthCallbackRoutes } from './routes/google/oauth-callback.ts';
import { pubsubNotificationRoutes } from './routes/google/pubsub-notifications.ts';
import { googleSecurityEventRoutes } from './routes/google/security-events.ts';
import { googleSetUpRoutes } from './routes/google/setup.ts';
import { auditLogRoutes } from './routes/instances/audit-log.ts';
import { healthRoutes } from './routes/instances/deployment-health.ts';
import { instanceRoutes } from './routes/instances/instances.ts';
import { ownAddressRoutes } from './routes/instances/own-addresses.ts';
import { pauseRoutes } from './routes/instances/pause.ts';
import { receivingSettingsRoutes } from './routes/instances/receiving-settings.ts';
import { reportRoutes } from './routes/instances/reports.ts';
import { signInRequirementRoutes } from './routes/instances/sign-in-requirement.ts';
import { connectionRoutes } from './routes/mailboxes/connections.ts';
import { importRoutes } from './routes/mailboxes/imports.ts';
import { mailboxDetailRoutes } from './routes/mailboxes/mailbox-details.ts';
import { mailboxRoutes } from './routes/mailboxes/mailboxes.ts';
import { liveEventRoutes } from './routes/notifications/live-events.ts';
import { notificationRoutes } from './routes/notifications/notifications.ts';
import { pushRoutes } from './routes/notifications/push.ts';
import { apiKeyRoutes } from './routes/people/api-keys.ts';
import { directoryRoutes } from './routes/people/directory.ts';
import { invitationRoutes } from './routes/people/invitations.ts';
import { memberRoutes } from './routes/people/members.ts';
import { templatePictureRoutes } from './routes/templates/template-pictures.ts';
import { templatePreviewRoutes } from './routes/templates/template-previews.ts';
import { templateRoutes } from './routes/templates/templates.ts';
import { webhookDeliveryRoutes } from './routes/webhooks/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks/webhooks.ts';
import type { HttpServer, Services } from './services.ts';
import { refuseSlowBodies } from './slow-bodies.ts';
import { stopGracefully } from './stop-gracefully.ts';
import { traceRequests } from './trace-requests.ts';
import { serveWebPage } from './web-page.ts';
import { refuseWrongMethods } from './wrong-methods.ts';

/** Of JSON. A page of a list has 100 kB; compressing it to a tenth takes 0.1 ms. */
const compression: FastifyCompressOptions = {
  threshold: 4_096,
  customTypes: /^application\/json/,
  encodings: ['br', 'gzip'],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  zlibOptions: { level: 1 },
};

/** With these, Fastify does not load its own compilers of schemas. */
const zodCompilers = {
  buildValidator: () => validatorCompiler as never,
  buildSerializer: () => serializerCompiler as never,
};

function createFastify(log: FastifyBaseLogger, bounds: Bounds, trustedProxies = 'loopback'): HttpServer {
  const { headersMs, silenceMs } = bounds;
  return Fastify({
    trustProxy: trustedProxies,
    loggerInstance: log,
    bodyLimit: 1024 * 1024,
    ...malformedRequests,
    schemaController: { compilersFactory: zodCompilers },
    connectionTimeout: silenceMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(headersMs, 5_000) },
    // A request that arrives on a connection in use while the server stops is answered like those before it.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
  }).withTypeProvider<ZodTypeProvider>();
}

/**
 * Creates the HTTP server: the API under /api, Google's OAuth callback under /oauth, the web page for all
 * other paths. `onRoute` is called for each route as it registers.
 */
export async function createServer(
  given: Services,
  log: FastifyBaseLogger,
  onRoute: (route: RouteOptions) => void = () => {},
): Promise<HttpServer> {
  const services = withNotedChanges(given);
  const bounds = { ...defaultBounds, ...services.bounds };
  const app = createFastify(log, bounds, services.trustedProxies);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
    onRoute(route);
  });
  // No route reads text: a body that is called so by mistake is refused as such, not as a wrong value.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(handleError);
  stopGracefully(app, { stopMs: bounds.stopMs, isStopping: services.processState?.isStopping });
  logRequests(app);
  traceRequests(app, services.trustTraceparent);
  refuseSlowBodies(app, bounds);
  if (services.heartbeat) answerWhileDatabaseIsAway(app, services.heartbeat);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // Mantine and the message frames use inline styles; no script is ever inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        // Pictures of messages come by way of this server (routes/content/remote-images.ts).
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        // A message is shown from a blob: URL, in a sandbox and under a policy of its own.
        frameSrc: ["'self'", 'blob:'],
        formAction: ["'self'"],
        upgradeInsecureRequests: services.url.startsWith('https:') ? [] : null,
      },
    },
    // The page that opens Google's window must stay connected to it.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    strictTransportSecurity: services.url.startsWith('https:'),
    referrerPolicy: { policy: 'same-origin' },
  });
  // Files are sent as they are: what begins like compressed data, such as an archive, is taken for compressed already.
  app.addHook('onRoute', (route) => {
    if (!route.schema?.response) route.compress ??= false;
  });
  await app.register(compress, compression);
  forbidCaching(app);
  refuseWrongMethods(app, routes);
  refuseOtherOrigins(app, services.url);
  const count = await countRequests(app, bounds.requestsPerMinute);
  registerAccessControl(app, { deployment: services.deployment, signIn: services.signIn, count });
  refuseWhilePaused(app, services.pause);
  refuseUnstorableText(app);
  answerRepeatedRequests(app, services.deployment);

  for (const routes of [
    signInRoutes,
    providerSignInRoutes,
    signInWayRoutes,
    profileRoutes,
    directoryRoutes,
    mailboxRoutes,
    mailboxDetailRoutes,
    importRoutes,
    connectionRoutes,
    oauthCallbackRoutes,
    googleSecurityEventRoutes,
    pubsubNotificationRoutes,
    googleSetUpRoutes,
    eventStreamRoutes,
    viewRoutes,
    unreadableMessageRoutes,
    conversationRoutes,
    tagRoutes,
    savedFilterRoutes,
    searchRoutes,
    notificationRoutes,
    pushRoutes,
    receivingSettingsRoutes,
    signInRequirementRoutes,
    pauseRoutes,
    healthRoutes,
    reportRoutes,
    ownAddressRoutes,
    calendarInvitationRoutes,
    replyRoutes,
    deliveryRoutes,
    draftRoutes,
    composerRoutes,
    templateRoutes,
    templatePreviewRoutes,
    templatePictureRoutes,
    bulkMessageRoutes,
    bulkRecipientRoutes,
    unsubscribeRoutes,
    attachmentRoutes,
    remoteImageRoutes,
    previewRoutes,
    redactionRoutes,
    retentionRoutes,
    customerRoutes,
    customerActivityRoutes,
    customerNoteAndMergeRoutes,
    mergeAndSplitRoutes,
    liveEventRoutes,
    auditLogRoutes,
    instanceRoutes,
    memberRoutes,
    invitationRoutes,
    apiKeyRoutes,
    webhookRoutes,
    webhookDeliveryRoutes,
    accountLinkRoutes,
  ]) {
    app.register(async (scope) => routes(scope as HttpServer, services));
  }
  let document: ReturnType<typeof openApiDocument> | null = null;
  const describe = () => {
    document ??= openApiDocument(services.url, routes);
    return document;
  };
  app.get(
    '/api/openapi.json',
    { config: { access: 'anyone' }, schema: { hide: true }, compress: compression },
    describe,
  );
  app.get('/api/reference', { config: { access: 'anyone' }, schema: { hide: true } }, async (_, reply) =>
    reply.type('text/html; charset=utf-8').send(referencePage(await describe())),
  );
  const { processState, metricsToken } = services;
  if (processState) probeRoutes(app, processState, metricsToken ? { token: metricsToken } : 'off');
  await serveWebPage(app, { heartbeat: services.heartbeat });
  await app.ready();
  return app;
}

/** The services of routes: their transactions note what a request has changed (idempotency.ts). */
function withNotedChanges(services: Services): Services {
  const database = notingChanges(services.database);
  const { connecting } = services;
  return { ...services, database, connecting: connecting && { ...connecting, database } };
}
