import { z } from 'zod';
import { createFirstAdminByLink, verifyBootstrapToken } from '../../../instances/bootstrap-link.ts';
import {
  createPasswordLinkByEmail,
  ownerOfLink,
  setPasswordByLink,
} from '../../../instances/password-links.ts';
import { auditInEveryInstance } from '../../../instances/profile.ts';
import { enforceRateLimit } from '../../../instances/rate-limit.ts';
import { translate } from '../../../locales/translate.ts';
import { sendAccountMail } from '../../../notifications/account-mail.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { email, instanceName, password, personName, token } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const tokenPath = z.object({ token });
const linkRateLimit = { max: 60, seconds: 600 };
const passwordResetRateLimits = { byAddress: { max: 3, seconds: 900 }, byIp: { max: 20, seconds: 900 } };

/** Account routes for people who are signed out: creating the first admin, and resetting a password. */
export function accountLinkRoutes(app: HttpServer, services: Services): void {
  const { deployment, database, signIn, connecting, bootstrapToken, url } = services;
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
      await enforceRateLimit(deployment, `link ${ip}`, linkRateLimit);
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
      await enforceRateLimit(deployment, `link ${ip}`, linkRateLimit);
      const made = await createFirstAdminByLink(
        { deployment, signIn },
        { token: requireBootstrapToken(), given: params.token },
        body,
      );
      return reply.status(201).send(made);
    },
  );
  app.post(
    '/api/password',
    {
      config,
      schema: {
        tags,
        summary: 'Request a link to set a new password, by mail',
        description: 'The response is the same whether or not the address has an account.',
        body: z.strictObject({ email }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const address = request.body.email.toLowerCase();
      await enforceRateLimit(deployment, `password asked from ${request.ip}`, passwordResetRateLimits.byIp);
      await enforceRateLimit(deployment, `password asked for ${address}`, passwordResetRateLimits.byAddress);
      // Not awaited: the time it takes would reveal whether there is an account.
      void sendLink(address).catch((error) => request.log.error(error, 'a password link could not be sent'));
      return reply.status(202).send(null);
    },
  );
  const sendLink = async (address: string) => {
    if (!connecting) return;
    const link = await createPasswordLinkByEmail(deployment, address, new Date());
    if (!link) return;
    for (const instanceId of link.instanceIds) {
      const sent = await sendAccountMail(connecting, instanceId, {
        to: { name: link.name, address: link.email },
        subject: translate(link.language, 'mail.password.subject'),
        paragraphs: [
          translate(link.language, 'mail.password.text'),
          translate(link.language, 'mail.password.link'),
        ],
        link: `${url}/password/${link.token}`,
      });
      if (sent) return;
    }
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
      await enforceRateLimit(deployment, `link ${ip}`, linkRateLimit);
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
      await enforceRateLimit(deployment, `link ${ip}`, linkRateLimit);
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
