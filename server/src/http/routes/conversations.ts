import { z } from 'zod';
import { changeConversation, markRead, noSuchConversation } from '../../conversations/change.ts';
import { listConversations } from '../../conversations/list.ts';
import { present } from '../../conversations/presence.ts';
import { earlierMessages, openConversation } from '../../conversations/timeline.ts';
import { countViews, views } from '../../conversations/views.ts';
import { Refused } from '../../errors.ts';
import type { App, Services } from '../services.ts';
import { conversationRow, id, instancePath, message, time } from '../shapes.ts';

const path = instancePath.extend({ conversationId: id });
const person = z.object({ id, name: z.string() });
const messagesPage = {
  messages: z.array(message),
  earlier: z.string().nullable(),
  /** What people did with it in the time of these messages. */
  events: z.array(
    z
      .object({
        id,
        kind: z.enum([
          'done',
          'reopened',
          'snoozed',
          'woken',
          'assigned',
          'unassigned',
          'merged',
          'unmerged',
          'split',
          'moved',
        ]),
        /** null: nobody did it, its time had come. */
        actor: person.nullable(),
        assignee: person.nullable(),
        otherId: id.nullable(),
        until: time.nullable(),
        at: time,
      })
      .meta({ id: 'ConversationEvent' }),
  ),
};
const page = z
  .object({
    conversation: conversationRow,
    customer: z.object({
      id,
      name: z.string(),
      addresses: z.array(z.string()),
      conversations: z.number().int(),
    }),
    /** The newest ones, oldest first; `earlier` asks for the page before them. */
    ...messagesPage,
  })
  .meta({ id: 'ConversationPage' });
const viewCounts = z
  .object({
    ...(Object.fromEntries(views.map((view) => [view, z.number().int()])) as Record<
      (typeof views)[number],
      z.ZodNumber
    >),
    mailboxes: z.array(
      z.object({
        mailboxId: id,
        displayName: z.string(),
        address: z.string(),
        open: z.number().int(),
        state: z.enum(['connected', 'disconnected']),
      }),
    ),
  })
  .meta({ id: 'Views' });

export function conversationRoutes(app: App, { database, queue }: Services): void {
  const tags = ['conversations'];
  app.get(
    '/api/instances/:instanceId/views',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'How many conversations each view holds',
        params: instancePath,
        response: { 200: viewCounts },
      },
    },
    ({ instanceId, user }) => database.inInstance(instanceId, (tx) => countViews(tx, user.id)),
  );
  app.get(
    '/api/instances/:instanceId/conversations',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'One page of a view, newest first',
        params: instancePath,
        querystring: z.object({
          view: z.enum(views).default('open'),
          mailboxId: id.optional(),
          after: z.string().max(200).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({ conversations: z.array(conversationRow), next: z.string().nullable() }),
        },
      },
    },
    ({ instanceId, user, query }) =>
      database.inInstance(instanceId, (tx) => listConversations(tx, { ...query, userId: user.id })),
  );
  app.get(
    '/api/instances/:instanceId/conversations/:conversationId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'A conversation and its newest messages',
        params: path,
        querystring: z.object({
          /** `sentAt id` of the first message wanted: from there on, up to 300. */
          from: z.string().max(100).optional(),
        }),
        response: { 200: page },
      },
    },
    async ({ instanceId, user, params, query }) => {
      const found = await database.inInstance(instanceId, (tx) =>
        openConversation(tx, params.conversationId, user.id, query.from ?? null),
      );
      if (!found) throw new Refused(noSuchConversation);
      return found;
    },
  );
  app.get(
    '/api/instances/:instanceId/conversations/:conversationId/messages',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The messages of a conversation before a page of them',
        params: path,
        querystring: z.object({ before: z.string().max(100) }),
        response: { 200: z.object(messagesPage).meta({ id: 'MessagesPage' }) },
      },
    },
    ({ instanceId, params, query }) =>
      database.inInstance(instanceId, (tx) => earlierMessages(tx, params.conversationId, query.before)),
  );
  app.post(
    '/api/instances/:instanceId/conversations/:conversationId/presence',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Say that you look at it, or have stopped; answers who else does',
        description: 'Who says nothing for 45 seconds has stopped.',
        params: path,
        body: z.strictObject({ here: z.boolean() }),
        response: { 200: z.object({ people: z.array(person) }) },
      },
    },
    async ({ instanceId, user, params, body }) => ({
      people: await database.inInstance(instanceId, (tx) =>
        present(tx, params.conversationId, { userId: user.id, here: body.here, now: new Date() }),
      ),
    }),
  );
  app.patch(
    '/api/instances/:instanceId/conversations/:conversationId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change status, assignee or snooze',
        params: path,
        body: z.strictObject({
          status: z.enum(['open', 'snoozed', 'done']).optional(),
          assigneeId: id.nullable().optional(),
          snoozedUntil: z.coerce.date().nullable().optional().meta({ type: 'string', format: 'date-time' }),
          /** As last read: refused where a colleague changed it since. Left out: it is overwritten. */
          version: z.number().int().optional(),
        }),
        response: { 200: page },
      },
    },
    ({ instanceId, user, params, body }) =>
      database.inInstance(instanceId, async (tx) => {
        await changeConversation(tx, params.conversationId, body, user.id, queue.enqueue);
        return (await openConversation(tx, params.conversationId, user.id))!;
      }),
  );
  app.post(
    '/api/instances/:instanceId/conversations/:conversationId/read',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Mark as read by you', params: path, response: { 204: z.null() } },
    },
    async ({ instanceId, user, params }, reply) => {
      await database.inInstance(instanceId, (tx) => markRead(tx, params.conversationId, user.id, new Date()));
      return reply.status(204).send(null);
    },
  );
}
