import { z } from 'zod';
import { noSuchConnection, noSuchMailbox } from '../../../mailboxes/connection-problems.ts';
import { connectionSender } from '../../../mailboxes/connection-view.ts';
import { mailboxFigures } from '../../../mailboxes/mailbox-figures.ts';
import { mailboxStatus } from '../../../mailboxes/mailbox-status.ts';
import { mailbox } from '../../../mailboxes/mailbox-view.ts';
import { mailboxAliases, mailboxSender } from '../../../mailboxes/senders.ts';
import { traffic } from '../../../mailboxes/traffic.ts';
import { sendTestMessage } from '../../../outbound/compose/send-test-message.ts';
import { latestConversation, previewSettings } from '../../../outbound/render/preview-settings.ts';
import { renderBody } from '../../../outbound/render/render.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { TemplateError } from '../../../templates/template-errors.ts';
import { problemView } from '../../problem-documents.ts';
import { alias, id, instancePath, nameAndAddress, time } from '../../schemas/common.ts';
import {
  aliasSchema,
  mailboxResponse,
  mailboxSchema,
  mailboxSettingsSchema,
} from '../../schemas/mailboxes.ts';
import { sentPreviewShape } from '../../schemas/sent-preview.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ mailboxId: id });
const count = z.number().int();

const mailboxStatusSchema = z
  .object({
    authorisedAt: time.nullable(),
    /** `delayed`: a sync is running; `waiting`: Google failed and is asked again at `retryAt`. */
    receiving: z.enum(['current', 'delayed', 'waiting']),
    /** When a sync last read everything at Gmail. */
    syncedAt: time.nullable(),
    /** How often it is looked at while there is no news. */
    lookEverySeconds: count,
    retryAt: time.nullable(),
    lastSentAt: time.nullable(),
    /** Gmail's watch of the mailbox; null if Gmail sends no notifications. */
    watch: z.object({ renewedAt: time.nullable(), expiresAt: time }).nullable(),
    /** Messages that are at Gmail and could not be fetched. */
    unfetched: count,
    /** Messages that are not sent yet. */
    pendingDeliveries: z.object({ sending: count, held: count, scheduled: count }),
    /** Messages in 24 hours, by Google's limit. */
    allowance: z.object({ limit: count, sent: count, remaining: count, limitedUntil: time.nullable() }),
    /** Gmail quota units used in the last minute; null if another process does the work. */
    quota: z.object({ used: count, perMinute: count }).nullable(),
  })
  .meta({ id: 'MailboxStatus' });

const mailboxFiguresSchema = z
  .object({
    arrivals: count,
    answers: count,
    sent: count,
    bounced: count,
    toScreen: z.object({ median: z.number(), ninetyFifth: z.number() }).nullable(),
  })
  .meta({ id: 'MailboxFigures' });

const timeZone = z
  .string()
  .max(60)
  .default('UTC')
  .meta({ description: 'IANA name of the time zone that days are counted in' });

/** One address: its status, its traffic, a preview of its settings, a test message. */
export function mailboxDetailRoutes(app: HttpServer, services: Services): void {
  const { database, renderer, queue, connecting } = services;
  const config = { access: 'admin' } as const;
  const tags = ['mailboxes'];
  app.get(
    '/api/instances/:instanceId/mailboxes/:mailboxId',
    {
      config,
      schema: {
        tags,
        summary: 'One address and its status',
        params: path,
        response: {
          200: z.object({
            mailbox: mailboxSchema,
            status: mailboxStatusSchema,
            aliases: z.array(aliasSchema),
          }),
        },
      },
    },
    async (request) => {
      const { instanceId, params } = request;
      const { mailboxId } = params;
      const found = await database.inInstance(instanceId, async (tx) => ({
        mailbox: await mailbox(tx, mailboxId),
        status: await mailboxStatus(tx, mailboxId, new Date()),
        aliases: await mailboxAliases(tx, mailboxId),
      }));
      if (!found.mailbox || !found.status) throw new ProblemError(noSuchMailbox);
      const quota =
        connecting && services.runsWorker !== false
          ? { used: connecting.quota.spent(mailboxId), perMinute: connecting.quota.unitsPerMinute }
          : null;
      return {
        mailbox: mailboxResponse(request, found.mailbox),
        status: { ...found.status, quota },
        aliases: found.aliases,
      };
    },
  );
  app.get(
    '/api/instances/:instanceId/mailboxes/:mailboxId/traffic',
    {
      config,
      schema: {
        tags,
        summary: 'How an address did in the last 30 days',
        description:
          'Messages received and sent on each day; arrivals and answers as reports count them; how many of those sent came back; and seconds from Gmail to the screen.',
        params: path,
        querystring: z.object({ timeZone }),
        response: {
          200: z.object({
            days: z.array(z.object({ day: z.string(), received: count, sent: count })),
            figures: mailboxFiguresSchema,
          }),
        },
      },
    },
    async ({ instanceId, params: { mailboxId }, query: { timeZone } }) =>
      database
        .inInstance(instanceId, async (tx) => {
          if (!(await mailboxSender(tx, mailboxId))) throw new ProblemError(noSuchMailbox);
          const lately = { days: 30, now: new Date() };
          return {
            days: await traffic(tx, mailboxId, { ...lately, timeZone }),
            figures: await mailboxFigures(tx, mailboxId, lately),
          };
        })
        .catch((error) => {
          // Postgres does not know the time zone.
          throw error.code === '22023' ? new ProblemError(noSuchTimeZone) : error;
        }),
  );
  app.post(
    '/api/instances/:instanceId/mailboxes/:mailboxId/test-message',
    {
      config,
      schema: {
        tags,
        summary: 'Send yourself a message from an address',
        description: 'It is sent like every message. Its conversation is done from the start.',
        params: path,
        response: { 202: z.object({ conversationId: id, messageId: id, to: z.string() }) },
      },
    },
    async ({ instanceId, user, params: { mailboxId } }, reply) => {
      const sent = await database.inInstance(instanceId, async (tx) => {
        const from = await mailboxSender(tx, mailboxId);
        if (!from) throw new ProblemError(noSuchMailbox);
        return sendTestMessage(
          tx,
          {
            mailbox: { id: mailboxId, address: from.address },
            author: user,
            language: user.language,
            now: new Date(),
          },
          queue.enqueue,
        );
      });
      return reply.status(202).send({ ...sent, to: user.email });
    },
  );
  app.post(
    '/api/instances/:instanceId/mailbox-previews',
    {
      config,
      schema: {
        tags,
        summary: 'Preview a message with settings that are not saved yet',
        params: instancePath,
        body: z.strictObject({
          /** The address, or the connection in progress. */
          of: z.union([z.strictObject({ mailboxId: id }), z.strictObject({ connectionId: id })]),
          settings: mailboxSettingsSchema.extend({ displayName: z.string().max(100) }),
          /** Where it is sent from an alias of the mailbox; its template is in `settings`. */
          alias: z
            .strictObject({ address: alias, displayName: z.string().max(100) })
            .nullable()
            .default(null),
          /** The data it is filled with; `latest` is the address's newest conversation. */
          conversationId: z.union([id, z.literal('latest')]).nullable(),
          /** The answer (HTML) and the question (plain text) to show if the conversation has none. */
          sampleHtml: z.string().max(10_000),
          question: z.string().max(10_000),
        }),
        response: {
          200: z.object({
            from: nameAndAddress,
            replyTo: nameAndAddress.nullable(),
            to: nameAndAddress,
            subject: z.string(),
            /** Null if the template cannot be rendered, with the reason. */
            sent: z.object(sentPreviewShape).nullable(),
            error: z.string().nullable(),
            conversationId: id.nullable(),
          }),
        },
      },
    },
    async (request) => {
      const {
        instanceId,
        user,
        body: { of, ...body },
      } = request;
      const { conversationId, ...preview } = await database.inInstance(instanceId, async (tx) => {
        const sender =
          'mailboxId' in of
            ? await mailboxSender(tx, of.mailboxId)
            : await connectionSender(tx, of.connectionId, user.id);
        if (!sender) throw new ProblemError('mailboxId' in of ? noSuchMailbox : noSuchConnection);
        const mailboxId = 'mailboxId' in of ? of.mailboxId : sender.mailboxId;
        const latest = body.conversationId === 'latest';
        const conversationId = latest
          ? mailboxId && (await latestConversation(tx, mailboxId))
          : body.conversationId;
        const asked = { ...body, mailbox: sender, author: user, now: new Date(), conversationId };
        return { ...(await previewSettings(tx, asked)), conversationId };
      });
      const { from, replyTo, to, subject } = preview;
      const shown = { from, replyTo, to, subject, conversationId };
      try {
        const { previewSent } = await import('../../../templates/preview-sent.ts');
        const body = await renderBody(renderer, preview);
        return { ...shown, sent: await previewSent(body, preview), error: null };
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        return { ...shown, sent: null, error: problemView(request, error.problem).title };
      }
    },
  );
}

const noSuchTimeZone = createProblem(400, 'unknown-time-zone');
