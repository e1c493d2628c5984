import { z } from 'zod';
import { Refused, refusal } from '../../errors.ts';
import { checkFirstRun, makeFirstAdminByLink } from '../../instances/first-run.ts';
import { limit } from '../../instances/limits.ts';
import { linkByMail, ownerOfLink, setPasswordByLink } from '../../instances/password-links.ts';
import { auditEverywhere } from '../../instances/you.ts';
import { sendAccountMail } from '../../mailboxes/send-account-mail.ts';
import { mailWords } from '../../notifications/words/words.ts';
import { email, instanceName, password, personName, token } from '../people-shapes.ts';
import type { App, Services } from '../services.ts';

const byToken = z.object({ token });
const tries = { most: 60, seconds: 600 };
const asks = { byAddress: { most: 3, seconds: 900 }, byPlace: { most: 20, seconds: 900 } };

/** What somebody who is signed out can do about an account: the first one, and a forgotten password. */
export function accountRoutes(app: App, services: Services): void {
  const { deployment, database, signIn, connecting, firstRunToken, url } = services;
  const tags = ['you'];
  const config = { access: 'anyone' } as const;
  const empty = { 204: z.null() };
  const firstRun = () => {
    if (!firstRunToken) throw new Refused(noFirstRun);
    return firstRunToken;
  };
  app.get(
    '/api/first-run/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Whether the link of the first start opens',
        params: byToken,
        response: empty,
      },
    },
    async ({ params, ip }, reply) => {
      await limit(deployment, `link ${ip}`, tries);
      await checkFirstRun(deployment, firstRun(), params.token);
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/first-run/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Make the first admin and the first instance',
        params: byToken,
        body: z.strictObject({ name: personName, email, password, instance: instanceName }),
        response: { 201: z.object({ slug: z.string() }) },
      },
    },
    async ({ params, body, ip }, reply) => {
      await limit(deployment, `link ${ip}`, tries);
      const made = await makeFirstAdminByLink(
        { deployment, signIn },
        { token: firstRun(), given: params.token },
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
        summary: 'Ask for a link to set a new password, by mail',
        description: 'The answer is the same whether anybody has this address.',
        body: z.strictObject({ email }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const address = request.body.email.toLowerCase();
      await limit(deployment, `password asked from ${request.ip}`, asks.byPlace);
      await limit(deployment, `password asked for ${address}`, asks.byAddress);
      // Not waited for: how long it takes says whether there is an account.
      void sendLink(address).catch((error) => request.log.error(error, 'a password link could not be sent'));
      return reply.status(202).send(null);
    },
  );
  const sendLink = async (address: string) => {
    if (!connecting) return;
    const link = await linkByMail(deployment, address, new Date());
    if (!link) return;
    for (const instanceId of link.instanceIds) {
      const sent = await sendAccountMail(connecting, instanceId, {
        to: { name: link.name, address: link.email },
        ...mailWords(link.language).password,
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
        summary: 'Whose password a link sets',
        params: byToken,
        response: { 200: z.object({ email: z.string() }) },
      },
    },
    async ({ params, ip }) => {
      await limit(deployment, `link ${ip}`, tries);
      return ownerOfLink(deployment.sql, params.token);
    },
  );
  app.post(
    '/api/password/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Set a new password by a link; every session of the user ends',
        params: byToken,
        body: z.strictObject({ password }),
        response: { 200: z.object({ email: z.string() }) },
      },
    },
    async ({ params, body, ip }) => {
      await limit(deployment, `link ${ip}`, tries);
      const owner = await setPasswordByLink({ deployment, signIn }, { ...params, ...body });
      const actor = { id: owner.id, name: owner.name, ipAddress: ip };
      await auditEverywhere({ deployment, database }, actor, {
        action: 'user.password-set-by-link',
        subject: owner.email,
      });
      return { email: owner.email };
    },
  );
}

const noFirstRun = refusal(404, 'first-run-over', 'This link cannot be used.', 'Sign in.');
