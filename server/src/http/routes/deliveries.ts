import { z } from 'zod';
import { timelineMessage } from '../../conversations/timeline.ts';
import { decideHeld } from '../../outbound/hold.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath, message } from '../shapes.ts';

/** What an agent decides about the sending of one message. */
export function deliveryRoutes(app: App, { database, queue }: Services): void {
  app.post(
    '/api/instances/:instanceId/messages/:messageId/delivery',
    {
      config: { access: 'member' },
      schema: {
        tags: ['writing'],
        summary: 'Send a held message now, or never',
        description: 'A message held for more than a day asks first when its address is connected again.',
        params: instancePath.extend({ messageId: id }),
        body: z.strictObject({ decision: z.enum(['send', 'cancel']) }),
        response: { 200: z.object({ message }) },
      },
    },
    ({ instanceId, user, params, body }) =>
      database.inInstance(instanceId, async (tx) => {
        const decided = { decision: body.decision, actorId: user.id, now: new Date() };
        await decideHeld(tx, params.messageId, decided, queue.enqueue);
        return { message: (await timelineMessage(tx, params.messageId))! };
      }),
  );
}
