import { z } from 'zod';
import { timelineMessage } from '../../../conversations/timeline.ts';
import { rescheduleOrCancel } from '../../../outbound/deliveries/reschedule-or-cancel.ts';
import { id, instancePath, message, messageResponse, sendTime } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

/** Changes of one message's delivery. */
export function deliveryRoutes(app: HttpServer, { database, queue }: Services): void {
  app.post(
    '/api/instances/:instanceId/messages/:messageId/delivery',
    {
      config: { access: 'member' },
      schema: {
        tags: ['writing'],
        summary: 'Send a waiting, held or failed message now, at another time, or never',
        description:
          'Refused once Gmail may have been asked to send it. A message held for more than a day asks first when its address is connected again.',
        params: instancePath.extend({ messageId: id }),
        body: z.discriminatedUnion('decision', [
          z.strictObject({ decision: z.enum(['send', 'cancel']) }),
          z.strictObject({ decision: z.literal('later'), sendAt: sendTime }),
        ]),
        response: { 200: z.object({ message }) },
      },
    },
    async (request) => {
      const { instanceId, user, params, body } = request;
      const decidedMessage = await database.inInstance(instanceId, async (tx) => {
        const decision =
          body.decision === 'later'
            ? ({ kind: 'later', sendAt: body.sendAt } as const)
            : { kind: body.decision };
        const decided = { decision, actorId: user.id, now: new Date() };
        await rescheduleOrCancel(tx, params.messageId, decided, queue.enqueue);
        return (await timelineMessage(tx, params.messageId))!;
      });
      return { message: messageResponse(request, decidedMessage) };
    },
  );
}
