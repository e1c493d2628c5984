import { z } from 'zod';
import { changeConversations } from '../../../conversations/batch-change.ts';
import {
  changeConversation,
  markRead,
  noSuchConversation,
} from '../../../conversations/change-conversation.ts';
import { messagesOf, messagesPerPage, openConversation } from '../../../conversations/conversation-page.ts';
import { mergeTarget } from '../../../conversations/merge-conversations.ts';
import { updatePresence } from '../../../conversations/presence.ts';
import { ProblemError } from '../../../problems.ts';
import {
  conversationRow,
  id,
  instancePath,
  int4,
  message,
  messagesResponse,
  requestTime,
  time,
} from '../../schemas/common.ts';
import { pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ conversationId: id });
const person = z.object({ id, name: z.string() });
const messagesPage = {
  messages: z.array(message),
  /** The cursor of the messages before these; null: there are none. */
  next: z.string().nullable(),
  /** Changes by people during the time of these messages. */
  events: z.array(
    z
      .object({
        id,
        kind: z.enum([
          'done',
          'reopened',
          'snoozed',
          'unsnoozed',
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
        /** Null if nobody did it: a snooze ended, or Google caused it. */
        actor: person.nullable(),
        assignee: person.nullable(),
        otherId: id.nullable(),
        /** How it became done or open: in Gmail, moved to spam there, or moved to spam here; null otherwise. */
        via: z.enum(['gmail', 'gmail-spam', 'spam']).nullable(),
        until: time.nullable(),
        /** For tagged and untagged: the tag's name. */
        tag: z.string().nullable(),
        /** For disconnected and reconnected: the address. */
        mailbox: z.string().nullable(),
        /** For merged, while merged: the former conversation, and the position of its oldest message. */
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
    /** Whether a change with `spam` is possible. */
    spamInGmail: z.boolean(),
    /** The newest ones, oldest first; `next` requests the page before them. */
    ...messagesPage,
  })
  .meta({ id: 'ConversationPage' });
/** A change by a person; omitted members stay. */
const change = {
  status: z.enum(['open', 'snoozed', 'done']).optional(),
  /** Sets it done and moves its messages to spam in Gmail: only with two-way sync. */
  spam: z.literal(true).optional(),
  assigneeId: id.nullable().optional(),
  snoozedUntil: requestTime.nullable().optional(),
  addTags: z.array(id).max(50).optional(),
  removeTags: z.array(id).max(50).optional(),
};
const batchChange = z
  .strictObject({
    conversationId: id,
    ...change,
    read: z.boolean().optional(),
    /** Applied only to those that still have this assignee. */
    expect: z.strictObject({ status: change.status, assigneeId: change.assigneeId }).optional(),
    /** The row that the user chose it by: it is left out if somebody else changed it since. */
    seen: z
      .strictObject({
        version: z.number().int(),
        status: change.status.unwrap(),
        lastMessageAt: requestTime,
      })
      .optional(),
  })
  .meta({ id: 'BatchChange' });
/** The same in the response, with dates as ISO 8601. */
const undoChange = z.object({
  ...batchChange.omit({ seen: true }).shape,
  snoozedUntil: time.nullable().optional(),
});
/** One conversation: reading it, viewing it with others, and changing it or many at once. */
export function conversationRoutes(app: HttpServer, { database, queue }: Services): void {
  const tags = ['conversations'];
  app.post(
    '/api/instances/:instanceId/conversations/changes',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change many conversations at once; the response contains what undoes it',
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
        summary: 'A conversation and its newest messages; for a merged one, the conversation it is part of',
        params: path,
        querystring: z.object({
          /** `sentAt id` of the first message to return: up to 300 from there. */
          from: z.string().max(100).optional(),
        }),
        response: { 200: page },
      },
    },
    async (request) => {
      const { instanceId, user, params, query } = request;
      const { conversationId } = params;
      const found = await database.inInstance(
        instanceId,
        async (tx) => {
          const page = await openConversation(tx, conversationId, user.id, query.from ?? null);
          if (page) return page;
          // A link to a merged conversation leads to the one it is part of.
          const into = await mergeTarget(tx, conversationId);
          return into ? openConversation(tx, into, user.id) : null;
        },
        { readOnly: true },
      );
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
        summary: 'A page of the messages of a conversation: the newest ones first, each page oldest first',
        params: path,
        querystring: z.object(pageQuery({ usual: messagesPerPage, most: 100 })),
        response: { 200: z.object(messagesPage).meta({ id: 'MessagesPage' }) },
      },
    },
    async (request) => {
      const { instanceId, params, query } = request;
      const earlier = await database.inInstance(instanceId, (tx) =>
        messagesOf(tx, params.conversationId, query),
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
        summary: 'Report that you are viewing it, or have left; returns who else is viewing',
        description: 'A viewer who reports nothing for 45 seconds counts as gone.',
        params: path,
        body: z.strictObject({ present: z.boolean() }),
        response: { 200: z.object({ people: z.array(person) }) },
      },
    },
    async ({ instanceId, user, params, body }) => ({
      people: await database.inInstance(instanceId, (tx) =>
        updatePresence(tx, params.conversationId, {
          userId: user.id,
          isPresent: body.present,
          now: new Date(),
        }),
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
          /** As last read: a problem if a colleague changed it since. Omitted: it is overwritten. */
          version: int4.optional(),
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
