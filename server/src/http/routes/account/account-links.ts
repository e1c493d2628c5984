import { z } from 'zod';
import { auditInEveryInstance, recordSignIn } from '../../../instances/account-audit.ts';
import { createFirstAdminByLink, verifyBootstrapToken } from '../../../instances/bootstrap-link.ts';
import {
  createPasswordLinkByEmail,
  ownerOfLink,
  setPasswordByLink,
} from '../../../instances/password-links.ts';
import { countAttempt } from '../../../instances/rate-limit.ts';
import { linkUses, passwordLinkRequests } from '../../../instances/sign-in-limits.ts';
import { translate } from '../../../locales/translate.ts';
import { sendAccountMail } from '../../../notifications/account-mail.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { email, instanceName, password, personName, token } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const tokenPath = z.object({ token });

/** Account routes for people who are signed out: creating the first admin, and resetting a password. */
export function accountLinkRoutes(app: HttpServer, services: Services): void {
  const { deployment, database, signIn, connecting, bootstrapToken, url, operatorContact = null } = services;
  const tags = ['profile'];
  const config = { access: 'anyone' } as const;
  const empty = { 204: z.null() };
  const requireBootstrapToken = () => {
    if (!bootstrapToken) throw new ProblemError(bootstrapNotAvailable);
    return bootstrapToken;
  };
  app.get(
    '/api/bootstrap/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Whether the bootstrap link is valid',
        params: tokenPath,
        response: empty,
      },
    },
    async ({ params, ip }, reply) => {
      await countAttempt(deployment, linkUses(ip));
      await verifyBootstrapToken(deployment, requireBootstrapToken(), params.token);
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/bootstrap/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Create the first admin and the first instance',
        params: tokenPath,
        body: z.strictObject({ name: personName, email, password, instance: instanceName }),
        response: { 201: z.object({ slug: z.string() }) },
      },
    },
    async ({ params, body, ip }, reply) => {
      await countAttempt(deployment, linkUses(ip));
      const made = await createFirstAdminByLink(
        { deployment, signIn },
        { token: requireBootstrapToken(), given: params.token },
        body,
      );
      return reply.status(201).send(made);
    },
  );
  app.get(
    '/api/password',
    {
      config,
      schema: {
        tags,
        summary: 'Whom to ask for a password link that is not sent by mail',
        description: 'The contact that is configured; null if there is none.',
        response: { 200: z.object({ operatorContact: z.string().nullable() }) },
      },
    },
    async () => ({ operatorContact }),
  );
  app.post(
    '/api/password',
    {
      config,
      schema: {
        tags,
        summary: 'Request a link to set a new password, by mail',
        description:
          'None is sent to a member of several instances: an admin of one could read it. The response is always the same.',
        body: z.strictObject({ email }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const address = request.body.email.toLowerCase();
      await countAttempt(deployment, passwordLinkRequests(address, request.ip));
      // Not awaited: the time it takes would reveal whether there is an account.
      void sendLink(address, request.ip).catch((error) =>
        request.log.error(error, 'a password link could not be sent'),
      );
      return reply.status(202).send(null);
    },
  );
  const sendLink = async (address: string, ip: string) => {
    if (!connecting || services.pause.isPaused()) return;
    const link = await createPasswordLinkByEmail(deployment, address, new Date());
    if (!link) return;
    const { account, language, instanceId, token } = link;
    const sent = await sendAccountMail(connecting, instanceId, {
      to: { name: account.name, address: account.email },
      subject: translate(language, 'mail.password.subject'),
      paragraphs: [translate(language, 'mail.password.text'), translate(language, 'mail.password.link')],
      link: `${url}/password/${token}`,
    });
    if (!sent) return;
    await recordSignIn(services, account, { action: 'user.password-link-sent', ip, by: 'nobody' });
  };
  app.get(
    '/api/password/:token',
    {
      config,
      schema: {
        tags,
        summary: 'The account whose password a link sets',
        params: tokenPath,
        response: { 200: z.object({ email: z.string() }) },
      },
    },
    async ({ params, ip }) => {
      await countAttempt(deployment, linkUses(ip));
      return ownerOfLink(deployment, params.token);
    },
  );
  app.post(
    '/api/password/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Set a new password with a link; every session of the user ends',
        params: tokenPath,
        body: z.strictObject({ password }),
        response: { 200: z.object({ email: z.string() }) },
      },
    },
    async ({ params, body, ip }) => {
      await countAttempt(deployment, linkUses(ip));
      const owner = await setPasswordByLink({ deployment, signIn }, { ...params, ...body });
      const actor = { id: owner.id, name: owner.name, ipAddress: ip };
      await auditInEveryInstance({ deployment, database }, actor, {
        action: 'user.password-set-by-link',
        subject: owner.email,
      });
      return { email: owner.email };
    },
  );
}

const bootstrapNotAvailable = createProblem(404, 'bootstrap-finished');
