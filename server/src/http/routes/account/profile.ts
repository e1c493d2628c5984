import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { lastEvent } from '../../../events/read-events.ts';
import { assertFreshSignIn } from '../../../identities/link-identity.ts';
import { providerIds } from '../../../identities/provider.ts';
import { membershipsWithAccess } from '../../../instances/instances.ts';
import {
  changeName,
  changePassword,
  revokeSessions,
  saveLanguage,
  sessionsOf,
} from '../../../instances/profile.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import { ownPasswordAttempts } from '../../../instances/sign-in-limits.ts';
import { languages } from '../../../locales/translate.ts';
import { actorOf, sessionOf } from '../../access.ts';
import { id, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { kind, password, personName, role } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

/** A language there is a catalogue in (ISO 639-1). */
const language = z.string().refine((code) => languages.includes(code));

const profileSchema = z
  .object({
    user: z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      twoFactor: z.boolean(),
      /** ISO 639-1; null if unknown. */
      language: z.string().nullable(),
    }),
    instances: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        name: z.string(),
        kind,
        role,
        /** The provider that it requires, and this session was not begun with; null: it is open. */
        requires: z.enum(providerIds).nullable(),
        /** The number of its newest event: live events after it keep later responses up to date. */
        lastEvent: z.number().int(),
      }),
    ),
    simulator: z.object({ webmailUrl: z.string() }).nullable(),
  })
  .meta({ id: 'Me' });
const session = z
  .object({
    id,
    createdAt: time,
    seenAt: time,
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

/** The signed-in user's own data: name, password, sessions. */
export function profileRoutes(app: HttpServer, { deployment, database, signIn, simulator }: Services): void {
  const tags = ['profile'];
  const config = { access: 'user' } as const;
  const empty = { 204: z.null() };
  const revoke = (request: FastifyRequest, sessionId: string | null) => {
    const { email } = request.user;
    const current = sessionOf(request);
    return revokeSessions({ deployment, database }, { actor: actorOf(request), email, current }, sessionId);
  };
  app.get(
    '/api/me',
    {
      config,
      schema: { tags, summary: 'The signed-in user and their instances', response: { 200: profileSchema } },
    },
    async ({ user: { id, name, email, twoFactor, language, sessionId } }) => ({
      user: { id, name, email, twoFactor, language },
      instances: await Promise.all(
        (await membershipsWithAccess(deployment, { userId: id, sessionId })).map(async (one) => ({
          ...one,
          lastEvent: await lastEvent(database, one.id),
        })),
      ),
      simulator,
    }),
  );
  app.patch(
    '/api/me',
    {
      config,
      schema: {
        tags,
        summary: 'Change your name, or the language of mail from Postroom',
        body: z.strictObject({ name: personName, language }).partial(),
        response: empty,
      },
    },
    async (request, reply) => {
      const { name, language } = request.body;
      const { id, email } = request.user;
      if (name) await changeName({ deployment, database }, { actor: actorOf(request), email, name });
      if (language) await saveLanguage(deployment, id, language);
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/me/password',
    {
      config,
      schema: {
        tags,
        summary: 'Change your password; your other sessions end',
        description: 'Without `current` it sets the first one, within ten minutes after signing in.',
        body: z.strictObject({ current: password.optional(), password }),
        response: empty,
      },
    },
    async (request, reply) => {
      const { email } = request.user;
      const sessionId = sessionOf(request);
      await countAttempt(deployment, ownPasswordAttempts(request.user.id));
      const { current = null, password } = request.body;
      const self = { id: request.user.id, email, sessionId };
      if (current === null) await assertFreshSignIn({ deployment, signIn }, self, undefined);
      const change = { actor: actorOf(request), email, sessionId, current, password };
      await changePassword({ deployment, database, signIn }, change);
      return reply.status(204).send(null);
    },
  );
  app.get(
    '/api/me/sessions',
    {
      config,
      schema: {
        tags,
        summary: 'Your sessions',
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ sessions: z.array(session), next }) },
      },
    },
    async (request) => {
      const user = { id: request.user.id, sessionId: sessionOf(request) };
      const page = await sessionsOf(deployment, user, request.query);
      return { sessions: page.rows, next: page.next };
    },
  );
  app.delete(
    '/api/me/sessions',
    { config, schema: { tags, summary: 'End your other sessions', response: empty } },
    async (request, reply) => {
      await revoke(request, null);
      return reply.status(204).send(null);
    },
  );
  app.delete(
    '/api/me/sessions/:sessionId',
    {
      config,
      schema: {
        tags,
        summary: 'End one of your sessions',
        params: z.object({ sessionId: id }),
        response: empty,
      },
    },
    async (request, reply) => {
      await revoke(request, request.params.sessionId);
      return reply.status(204).send(null);
    },
  );
}
