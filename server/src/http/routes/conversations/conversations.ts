import { z } from 'zod';
import { changeConversations } from '../../../conversations/batch-change.ts';
import {
  changeConversation,
  markRead,
  noSuchConversation,
} from '../../../conversations/change-conversation.ts';
import { earlierMessages, openConversation } from '../../../conversations/conversation-page.ts';
import { listConversations, rowsInView } from '../../../conversations/list-conversations.ts';
import { mergeTarget } from '../../../conversations/merge-conversations.ts';
import { updatePresence } from '../../../conversations/presence.ts';
import { countableViews, countViews, views } from '../../../conversations/views.ts';
import { ProblemError } from '../../../problems.ts';
import { countFilters } from '../../../search/count-saved-filters.ts';
import { matchingRows } from '../../../search/search.ts';
import {
  conversationRow,
  id,
  instancePath,
  message,
  messagesResponse,
  time,
  timeZone,
} from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

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
          'tagged',
          'untagged',
          'disconnected',
          'reconnected',
        ]),
        /** null: nobody did it, its time had come, or Google did. */
        actor: person.nullable(),
        assignee: person.nullable(),
        otherId: id.nullable(),
        until: time.nullable(),
        /** Of tagged and untagged: the tag's name. */
        tag: z.string().nullable(),
        /** Of disconnected and reconnected: the address. */
        mailbox: z.string().nullable(),
        /** Of merged, while it is so: what came in, and the place of its oldest message. */
        mergedMessages: z
          .object({ messages: z.number().int(), subject: z.string(), first: z.string() })
          .nullable(),
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
const date = z.coerce.date().meta({ type: 'string', format: 'date-time' });
/** What a person may change; what is left out stays. */
const change = {
  status: z.enum(['open', 'snoozed', 'done']).optional(),
  assigneeId: id.nullable().optional(),
  snoozedUntil: date.nullable().optional(),
  addTags: z.array(id).max(50).optional(),
  removeTags: z.array(id).max(50).optional(),
};
const batchChange = z
  .strictObject({
    conversationId: id,
    ...change,
    read: z.boolean().optional(),
    /** Only while it is still so. */
    expect: z.strictObject({ status: change.status, assigneeId: change.assigneeId }).optional(),
  })
  .meta({ id: 'BatchChange' });
/** The same as it is answered, with dates that leave as ISO 8601. */
const undoChange = z.object({
  ...batchChange.shape,
  snoozedUntil: time.nullable().optional(),
});
const viewCounts = z
  .object({
    // Each at most 10,000, where counting stops.
    ...(Object.fromEntries(countableViews.map((view) => [view, z.number().int()])) as Record<
      (typeof countableViews)[number],
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
    /** What your saved filters hold, at most 10,000 each; those with words are not counted. */
    filters: z.array(z.object({ filterId: id, holds: z.number().int() })),
  })
  .meta({ id: 'Views' });

export function conversationRoutes(app: HttpServer, { database, queue }: Services): void {
  const tags = ['conversations'];
  app.get(
    '/api/instances/:instanceId/views',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'How many conversations each view and each saved filter holds',
        params: instancePath,
        querystring: z.object({ zone: timeZone }),
        response: { 200: viewCounts },
      },
    },
    ({ instanceId, user, query: { zone } }) =>
      database.inInstance(instanceId, async (tx) => ({
        ...(await countViews(tx, user.id)),
        filters: await countFilters(tx, { userId: user.id, zone }),
      })),
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
    '/api/instances/:instanceId/conversations/in-view',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Which of these conversations a view holds now',
        params: instancePath,
        querystring: z.object({
          view: z.enum(views).default('open'),
          mailboxId: id.optional(),
          /** Instead of a view: a search, as of GET search. */
          q: z.string().max(500).optional(),
          zone: timeZone,
          ids: z
            .string()
            .max(37 * 100)
            .transform((text) => text.split(','))
            .pipe(z.array(id).min(1).max(100))
            .meta({ type: 'string', description: 'Ids with commas between' }),
        }),
        response: {
          200: z.object({
            conversations: z.array(conversationRow),
            /** They stand in order of time; the matches of words do not. */
            ordered: z.boolean(),
          }),
        },
      },
    },
    ({ instanceId, user, query: { q: text, ...query } }) =>
      database.inInstance(instanceId, async (tx) =>
        text === undefined
          ? { conversations: await rowsInView(tx, { ...query, userId: user.id }), ordered: true }
          : matchingRows(tx, { ...query, text, userId: user.id }),
      ),
  );
  app.post(
    '/api/instances/:instanceId/conversations/changes',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change many conversations at once; the answer says how to undo it',
        params: instancePath,
        body: z.strictObject({ changes: z.array(batchChange).min(1).max(100) }),
        response: {
          200: z.object({ undo: z.array(undoChange), skipped: z.array(id) }).meta({ id: 'BatchResult' }),
        },
      },
    },
    ({ instanceId, user, body }) =>
      database.inInstance(instanceId, (tx) =>
        changeConversations(tx, body.changes, { id: user.id, now: new Date() }, queue.enqueue),
      ),
  );
  app.get(
    '/api/instances/:instanceId/conversations/:conversationId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'A conversation and its newest messages; of one that was merged, the one it is part of',
        params: path,
        querystring: z.object({
          /** `sentAt id` of the first message wanted: from there on, up to 300. */
          from: z.string().max(100).optional(),
        }),
        response: { 200: page },
      },
    },
    async (request) => {
      const { instanceId, user, params, query } = request;
      const { conversationId } = params;
      const found = await database.inInstance(instanceId, async (tx) => {
        const page = await openConversation(tx, conversationId, user.id, query.from ?? null);
        if (page) return page;
        // A link to what is part of another now leads there.
        const into = await mergeTarget(tx, conversationId);
        return into ? openConversation(tx, into, user.id) : null;
      });
      if (!found) throw new ProblemError(noSuchConversation);
      return messagesResponse(request, found);
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
    async (request) => {
      const { instanceId, params, query } = request;
      const earlier = await database.inInstance(instanceId, (tx) =>
        earlierMessages(tx, params.conversationId, query.before),
      );
      return messagesResponse(request, earlier);
    },
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
        updatePresence(tx, params.conversationId, { userId: user.id, here: body.here, now: new Date() }),
      ),
    }),
  );
  app.patch(
    '/api/instances/:instanceId/conversations/:conversationId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change status, assignee, snooze or tags',
        params: path,
        body: z.strictObject({
          ...change,
          /** As last read: refused where a colleague changed it since. Left out: it is overwritten. */
          version: z.number().int().optional(),
        }),
        response: { 200: page },
      },
    },
    async (request) => {
      const { instanceId, user, params, body } = request;
      const changed = await database.inInstance(instanceId, async (tx) => {
        await changeConversation(tx, params.conversationId, body, user.id, queue.enqueue);
        return openConversation(tx, params.conversationId, user.id);
      });
      return messagesResponse(request, changed!);
    },
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
