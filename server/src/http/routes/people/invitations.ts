import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { currentInstance } from '../../../instances/instances.ts';
import {
  acceptInvitation,
  invitationOf,
  invite,
  joinByInvitation,
  languageOf,
  pendingInvitation,
  pendingInvitations,
  recordSentFrom,
  renewInvitation,
  revokeInvitation,
} from '../../../instances/invitations.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import { linkUses } from '../../../instances/sign-in-limits.ts';
import { translate } from '../../../locales/translate.ts';
import { sendAccountMail } from '../../../notifications/account-mail.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { email, invitation, link, password, personName, role, token } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ invitationId: id });
const tokenPath = z.object({ token });
const invitationResponse = { 201: z.object({ invitation, link }) };

/** Invitations (A1): created by admins, accepted by the person with the link. */
export function invitationRoutes(app: HttpServer, services: Services): void {
  const { deployment, database, connecting, signIn, url } = services;
  const tags = ['people'];
  const config = { access: 'admin' } as const;
  const secretConfig = { ...config, secretAnswer: true } as const;
  const base = '/api/instances/:instanceId/invitations';

  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'Invitations that are open, or expired and can be sent again; newest first',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ invitations: z.array(invitation), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => pendingInvitations(tx, query));
      return { invitations: page.rows, next: page.next };
    },
  );
  const sendInvitation = async (
    { instanceId, user }: FastifyRequest,
    { id, token }: { id: string; token: string },
  ) => {
    const address = `${url}/invitation/${token}`;
    const { name, invited } = await database.inInstance(instanceId, async (tx) => ({
      name: (await currentInstance(tx)).name,
      invited: await pendingInvitation(tx, id),
    }));
    // An invited user reads their own language; a new person gets the inviter's.
    const invitedLanguage = await languageOf(deployment, invited.email);
    const language = invitedLanguage ?? user.language;
    const sentFrom =
      connecting && !services.pause.isPaused()
        ? await sendAccountMail(connecting, instanceId, {
            to: { name: '', address: invited.email },
            subject: translate(language, 'mail.invitation.subject', { by: user.name, organization: name }),
            paragraphs: [
              translate(language, 'mail.invitation.text', {
                name: user.name,
                email: user.email,
                organization: name,
              }),
              translate(language, 'mail.invitation.link'),
            ],
            link: address,
          })
        : null;
    if (sentFrom) await database.inInstance(instanceId, (tx) => recordSentFrom(tx, id, sentFrom));
    return { invitation: { ...invited, sentFrom }, link: { url: address, sentFrom } };
  };

  app.post(
    base,
    {
      config: secretConfig,
      schema: {
        tags,
        summary: 'Invite a person',
        description:
          'Sent from a connected address of the instance; where there is none, sentFrom is null and the link is to be handed over. It works once, for a week.',
        params: instancePath,
        body: z.strictObject({ email, role }),
        response: invitationResponse,
      },
    },
    async (request, reply) => {
      const one = await database.inInstance(request.instanceId, (tx) =>
        invite(tx, { ...request.body, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(201).send(await sendInvitation(request, one));
    },
  );
  app.post(
    `${base}/:invitationId/resend`,
    {
      config: secretConfig,
      schema: {
        tags,
        summary: 'Send an invitation again, with a new link',
        params: path,
        response: invitationResponse,
      },
    },
    async (request, reply) => {
      const { invitationId } = request.params;
      const one = await database.inInstance(request.instanceId, (tx) =>
        renewInvitation(tx, { id: invitationId, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(201).send(await sendInvitation(request, one));
    },
  );
  app.delete(
    `${base}/:invitationId`,
    {
      config,
      schema: { tags, summary: 'Revoke an invitation', params: path, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { invitationId } = request.params;
      await database.inInstance(request.instanceId, (tx) =>
        revokeInvitation(tx, { id: invitationId, actor: actorOf(request), now: new Date() }),
      );
      return reply.status(204).send(null);
    },
  );

  const invitationDetailsResponse = {
    200: z.object({ instance: z.string(), email: z.string(), role, hasAccount: z.boolean() }),
  };
  const joinedResponse = { 200: z.object({ slug: z.string() }) };
  app.get(
    '/api/invitations/:token',
    {
      config: { access: 'anyone' },
      schema: {
        tags,
        summary: 'The instance and address of an invitation',
        params: tokenPath,
        response: invitationDetailsResponse,
      },
    },
    async ({ params, ip }) => {
      await countAttempt(deployment, linkUses(ip));
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
        params: tokenPath,
        body: z.strictObject({ name: personName, password }),
        response: joinedResponse,
      },
    },
    async ({ params, body, ip }) => {
      await countAttempt(deployment, linkUses(ip));
      return acceptInvitation({ deployment, database, signIn }, { ...params, ...body, ipAddress: ip });
    },
  );
  app.post(
    '/api/invitations/:token/join',
    {
      config: { access: 'user' },
      schema: {
        tags,
        summary: 'Accept an invitation, signed in',
        params: tokenPath,
        response: joinedResponse,
      },
    },
    async (request) =>
      joinByInvitation({ deployment, database }, request.params.token, {
        ...actorOf(request),
        email: request.user.email,
      }),
  );
}
