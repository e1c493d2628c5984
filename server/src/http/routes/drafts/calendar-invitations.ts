import { z } from 'zod';
import { answerInvitation } from '../../../outbound/compose/answer-invitation.ts';
import { readInvited } from '../../../outbound/compose/invitation-state.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const participation = z.enum(['accepted', 'tentative', 'declined']);
const invitationState = z
  .object({
    /** Only `open` can be answered. */
    state: z.enum(['open', 'cancelled', 'updated', 'not-invited', 'unanswerable']),
    /** The address that is invited, and that answers. */
    address: z.string().nullable(),
    answer: z.object({ participation, by: z.string(), at: time, sent: z.boolean() }).nullable(),
  })
  .meta({ id: 'InvitationState' });
const path = instancePath.extend({ messageId: id });
const route = '/api/instances/:instanceId/messages/:messageId/invitation';
const response = { 200: z.object({ invitation: invitationState }) };

/** Answers to calendar invitations (G3). */
export function calendarInvitationRoutes(app: HttpServer, { database, queue }: Services): void {
  const tags = ['writing'];
  const config = { access: 'member' } as const;
  const read = (instanceId: string, messageId: string) =>
    database.inInstance(instanceId, async (tx) => {
      const { state, invited, answer } = (await readInvited(tx, messageId)).view;
      return { invitation: { state, address: invited?.address ?? null, answer } };
    });
  app.get(
    route,
    {
      config,
      schema: {
        tags,
        summary: 'Whether an invitation can be answered, and how it was',
        params: path,
        response,
      },
    },
    ({ instanceId, params }) => read(instanceId, params.messageId),
  );
  app.put(
    route,
    {
      config,
      schema: {
        tags,
        summary: 'Answer a calendar invitation',
        description:
          'Sends the organizer an iTIP REPLY from the invited address. Another answer replaces the last one; the same one is not sent again. The id becomes that of the message.',
        params: path,
        body: z.strictObject({ id, participation }),
        response,
      },
    },
    async ({ instanceId, user, params: { messageId }, body }) => {
      await database.inInstance(instanceId, (tx) =>
        answerInvitation(tx, { ...body, messageId, author: user, now: new Date() }, queue.enqueue),
      );
      return read(instanceId, messageId);
    },
  );
}
