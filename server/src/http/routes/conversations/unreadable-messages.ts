import { z } from 'zod';
import { retryUnreadable, unreadableMessages } from '../../../mailboxes/unreadable-messages.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const unreadableMessage = z
  .object({
    mailboxId: id,
    address: z.string(),
    gmailId: z.string(),
    /** Null, like the next two, if Gmail does not return its headers either. */
    subject: z.string().nullable(),
    from: z.string().nullable(),
    receivedAt: time.nullable(),
    /** The conversation of its Gmail thread, if there is one. */
    conversationId: id.nullable(),
    /** Why it cannot be read. */
    problem: problemSchema,
    lastAttemptAt: time,
    /** When it is tried again by itself; null when that has ended. */
    nextAttemptAt: time.nullable(),
  })
  .meta({ id: 'UnreadableMessage' });

/** Messages that Gmail does not return, for everybody who answers mail (R10). */
export function unreadableMessageRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['conversations'];
  app.get(
    '/api/instances/:instanceId/unreadable-messages',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Messages that Gmail does not return, or that could not be stored',
        description: 'Other mail is received meanwhile. Each is tried again by itself.',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ messages: z.array(unreadableMessage), next }) },
      },
    },
    async (request) => {
      const page = await database.inInstance(request.instanceId, (tx) =>
        unreadableMessages(tx, request.query),
      );
      return {
        messages: page.rows.map((one) => ({ ...one, problem: problemView(request, one.problem) })),
        next: page.next,
      };
    },
  );
  app.post(
    '/api/instances/:instanceId/unreadable-messages/retry',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Try to read an unreadable message again now',
        params: instancePath,
        body: z.strictObject({ mailboxId: id, gmailId: z.string().max(100) }),
        response: { 202: z.object({}) },
      },
    },
    async ({ instanceId, body }, reply) => {
      const due = await database.inInstance(instanceId, (tx) => retryUnreadable(tx, body, new Date()));
      if (!due) throw new ProblemError(notUnreadable);
      return reply.status(202).send({});
    },
  );
}

const notUnreadable = createProblem(404, 'message-not-unreadable');
