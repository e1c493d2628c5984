import { z } from 'zod';
import { mergeConversation } from '../../../conversations/merge-conversations.ts';
import { splitConversation } from '../../../conversations/split-conversation.ts';
import { unmergeConversation } from '../../../conversations/undo-merge.ts';
import { moveWithDrafts } from '../../../outbound/defaults/redirect-drafts.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ conversationId: id });
const url = '/api/instances/:instanceId/conversations/:conversationId';

/** Merging, splitting and moving conversations; each can be undone. */
export function mergeAndSplitRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['conversations'];
  app.post(
    `${url}/merge`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Merge another conversation into this one',
        params: path,
        body: z.strictObject({ fromId: id }),
        response: { 200: z.object({ mergeId: id }) },
      },
    },
    ({ instanceId, user, params, body }) =>
      database.inInstance(instanceId, (tx) =>
        mergeConversation(tx, {
          fromId: body.fromId,
          intoId: params.conversationId,
          actorId: user.id,
          now: new Date(),
        }),
      ),
  );
  app.delete(
    `${url}/merges/:mergeId`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Undo a merge; returns the conversation that was merged',
        params: path.extend({ mergeId: id }),
        response: { 200: z.object({ conversationId: id }) },
      },
    },
    ({ instanceId, user, params }) =>
      database.inInstance(instanceId, (tx) =>
        unmergeConversation(tx, { ...params, actorId: user.id, now: new Date() }),
      ),
  );
  app.post(
    `${url}/split`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Split a message and those after it into a new conversation',
        description: 'Merging the two undoes it.',
        params: path,
        body: z.strictObject({ messageId: id }),
        response: { 201: z.object({ conversationId: id }) },
      },
    },
    async ({ instanceId, user, params, body }, reply) => {
      const { conversationId } = params;
      const { messageId } = body;
      const split = await database.inInstance(instanceId, (tx) =>
        splitConversation(tx, { conversationId, messageId, actorId: user.id, now: new Date() }),
      );
      return reply.status(201).send(split);
    },
  );
  app.post(
    `${url}/customer`,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Move it to another customer',
        description:
          'Answers go to that customer: to the given address of theirs, or to their first. An address alone is that of a customer who is created if there is none.',
        params: path,
        body: z.union([
          z.strictObject({ customerId: id, address: z.string().max(320).optional() }),
          z.strictObject({ address: z.string().max(320), name: z.string().trim().max(200).default('') }),
        ]),
        response: { 204: z.null() },
      },
    },
    async ({ instanceId, user, params, body }, reply) => {
      const { conversationId } = params;
      await database.inInstance(instanceId, (tx) =>
        moveWithDrafts(tx, { conversationId, to: body, actorId: user.id, now: new Date() }),
      );
      return reply.status(204).send(null);
    },
  );
}
