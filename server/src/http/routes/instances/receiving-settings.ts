import { z } from 'zod';
import { changeReceivingSettings, receivingSettings } from '../../../instances/receiving-settings.ts';
import { actorOf } from '../../access.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const settings = z.strictObject({
  messagesPerHour: z.number().int().min(1).max(100_000),
  formMessagesPerHour: z.number().int().min(1).max(100_000),
  newConversationAfterDays: z.number().int().min(1).max(3_650).nullable(),
});
const settingsResponse = z.object({ receiving: settings.meta({ id: 'Receiving' }) });

/** Settings > Receiving, for admins (R4, R6). */
export function receivingSettingsRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['receiving'];
  const url = '/api/instances/:instanceId/receiving';
  app.get(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'The settings for receiving',
        description:
          'What one person sends beyond messagesPerHour, or one web form or program that writes for many people beyond formMessagesPerHour, is kept in an open conversation of its own. A reply to a conversation done for more than newConversationAfterDays opens a new one; null: it reopens the old one.',
        params: instancePath,
        response: { 200: settingsResponse },
      },
    },
    async ({ instanceId }) => ({ receiving: await database.inInstance(instanceId, receivingSettings) }),
  );
  app.patch(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Change the settings for receiving',
        params: instancePath,
        body: settings.partial(),
        response: { 200: settingsResponse },
      },
    },
    async (request) => ({
      receiving: await database.inInstance(request.instanceId, (tx) =>
        changeReceivingSettings(tx, request.body, actorOf(request)),
      ),
    }),
  );
}
