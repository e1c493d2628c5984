import { z } from 'zod';
import { membershipsOf } from '../../instances/instances.ts';
import type { App, Services } from '../services.ts';

const me = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    instances: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        name: z.string(),
        kind: z.enum(['production', 'sandbox']),
        role: z.enum(['admin', 'agent']),
      }),
    ),
    practice: z.object({ webmailUrl: z.string() }).nullable(),
  })
  .meta({ id: 'Me' });

export function meRoutes(app: App, { deployment, practice }: Services): void {
  app.get(
    '/api/me',
    {
      config: { access: 'user' },
      schema: { tags: ['you'], summary: 'The signed-in user and their instances', response: { 200: me } },
    },
    async ({ user }) => ({
      user: { id: user.id, name: user.name, email: user.email },
      instances: await membershipsOf(deployment, user.id),
      practice,
    }),
  );
}
