import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  acceptInvitation,
  invitationOf,
  invite,
  inviteAgain,
  joinByInvitation,
  languageOf,
  noteSent,
  openInvitations,
  revokeInvitation,
} from '../../instances/invitations.ts';
import { limit } from '../../instances/limits.ts';
import { sendAccountMail } from '../../mailboxes/send-account-mail.ts';
import { mailWords } from '../../notifications/words/words.ts';
import { actorOf } from '../mailbox-shapes.ts';
import { email, invitation, link, password, personName, role, token } from '../people-shapes.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath } from '../shapes.ts';

const path = instancePath.extend({ invitationId: id });
const byToken = z.object({ token });
const made = { 201: z.object({ invitation, link }) };
/** Tries of one address at links: more than anybody needs, far less than a guess takes. */
const tries = { most: 60, seconds: 600 };

/** Invitations (A1): made by admins, accepted by who holds the link. */
export function invitationRoutes(app: App, services: Services): void {
  const { deployment, database, connecting, signIn, url } = services;
  const tags = ['people'];
  const config = { access: 'admin' } as const;
  const base = '/api/instances/:instanceId/invitations';

  const send = async ({ instanceId, user }: FastifyRequest, { id, token }: { id: string; token: string }) => {
    const address = `${url}/invitation/${token}`;
    const { name, invited } = await database.inInstance(instanceId, async (tx) => ({
      ...(await tx.sql.selectFrom('instance').select('name').executeTakeFirstOrThrow()),
      invited: (await openInvitations(tx)).find((one) => one.id === id)!,
    }));
    // Who has an account reads their own language; somebody new is written to in that of who invites.
    const known = await languageOf(deployment, invited.email);
    const words = mailWords(known ?? user.language).invitation;
    const sentFrom = connecting
      ? await sendAccountMail(connecting, instanceId, {
          to: { name: '', address: invited.email },
          subject: words.subject(user.name, name),
          words: words.words(user, name),
          link: address,
        })
      : null;
    if (sentFrom) await database.inInstance(instanceId, (tx) => noteSent(tx, id, sentFrom));
    return { invitation: { ...invited, sentFrom }, link: { url: address, sentFrom } };
  };

  app.post(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'Invite somebody',
        description:
          'Sent from a connected address of the instance; where there is none, sentFrom is null and the link is to be handed over. It works once, for a week.',
        params: instancePath,
        body: z.strictObject({ email, role }),
        response: made,
      },
    },
    async (request, reply) => {
      const one = await database.inInstance(request.instanceId, (tx) =>
        invite(tx, { ...request.body, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(201).send(await send(request, one));
    },
  );
  app.post(
    `${base}/:invitationId/resend`,
    {
      config,
      schema: { tags, summary: 'Send an invitation again, with a fresh link', params: path, response: made },
    },
    async (request, reply) => {
      const { invitationId } = request.params;
      const one = await database.inInstance(request.instanceId, (tx) =>
        inviteAgain(tx, { id: invitationId, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(201).send(await send(request, one));
    },
  );
  app.delete(
    `${base}/:invitationId`,
    {
      config,
      schema: { tags, summary: 'Take an invitation back', params: path, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { invitationId } = request.params;
      await database.inInstance(request.instanceId, (tx) =>
        revokeInvitation(tx, { id: invitationId, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(204).send(null);
    },
  );

  const opened = {
    200: z.object({ instance: z.string(), email: z.string(), role, hasAccount: z.boolean() }),
  };
  const joined = { 200: z.object({ slug: z.string() }) };
  app.get(
    '/api/invitations/:token',
    {
      config: { access: 'anyone' },
      schema: { tags, summary: 'What an invitation is to', params: byToken, response: opened },
    },
    async ({ params, ip }) => {
      await limit(deployment, `link ${ip}`, tries);
      return invitationOf(deployment, params.token);
    },
  );
  app.post(
    '/api/invitations/:token/accept',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        summary: 'Accept an invitation with a new account',
        params: byToken,
        body: z.strictObject({ name: personName, password }),
        response: joined,
      },
    },
    async ({ params, body, ip }) => {
      await limit(deployment, `link ${ip}`, tries);
      return acceptInvitation({ deployment, database, signIn }, { ...params, ...body, ipAddress: ip });
    },
  );
  app.post(
    '/api/invitations/:token/join',
    {
      config: { access: 'user' },
      schema: { tags, summary: 'Accept an invitation, signed in', params: byToken, response: joined },
    },
    async (request) =>
      joinByInvitation({ deployment, database }, request.params.token, {
        ...actorOf(request),
        email: request.user.email,
      }),
  );
}
