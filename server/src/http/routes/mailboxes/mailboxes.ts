import { z } from 'zod';
import { changeAliasSettings } from '../../../mailboxes/aliases.ts';
import { googleNotConfigured, noSuchMailbox } from '../../../mailboxes/connection-problems.ts';
import { deleteMailbox } from '../../../mailboxes/delete-mailbox.ts';
import { mailbox, mailboxes } from '../../../mailboxes/mailbox-view.ts';
import { requestCheck } from '../../../mailboxes/request-check.ts';
import { mailboxAliases } from '../../../mailboxes/senders.ts';
import { changeSettings } from '../../../mailboxes/settings.ts';
import { setTwoWay } from '../../../mailboxes/two-way.ts';
import { ProblemError } from '../../../problems.ts';
import { actorOf } from '../../access.ts';
import { alias, id, instancePath } from '../../schemas/common.ts';
import {
  aliasSchema,
  aliasSettingsSchema,
  mailboxResponse,
  mailboxSchema,
  mailboxSettingsSchema,
} from '../../schemas/mailboxes.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ mailboxId: id });

/** Apps > Email, for admins (C1, C2, C10). */
export function mailboxRoutes(app: HttpServer, { database, queue, connecting }: Services): void {
  const tags = ['mailboxes'];
  app.get(
    '/api/instances/:instanceId/mailboxes',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'The connected addresses',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ mailboxes: z.array(mailboxSchema), next }) },
      },
    },
    async (request) => {
      const page = await database.inInstance(request.instanceId, (tx) => mailboxes(tx, request.query));
      return { mailboxes: page.rows.map((one) => mailboxResponse(request, one)), next: page.next };
    },
  );
  app.patch(
    '/api/instances/:instanceId/mailboxes/:mailboxId',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Change the settings of an address',
        params: path,
        body: mailboxSettingsSchema.partial(),
        response: { 200: z.object({ mailbox: mailboxSchema }) },
      },
    },
    async (request) => {
      const { instanceId, body } = request;
      const { mailboxId } = request.params;
      return database.inInstance(instanceId, async (tx) => {
        await changeSettings(tx, mailboxId, body, actorOf(request));
        const changed = await mailbox(tx, mailboxId);
        if (!changed) throw new ProblemError(noSuchMailbox);
        return { mailbox: mailboxResponse(request, changed) };
      });
    },
  );
  app.put(
    '/api/instances/:instanceId/mailboxes/:mailboxId/aliases/:alias',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Change the settings of a send-as address',
        params: path.extend({ alias }),
        body: aliasSettingsSchema,
        response: { 200: z.object({ aliases: z.array(aliasSchema) }) },
      },
    },
    (request) => {
      const { mailboxId, alias } = request.params;
      return database.inInstance(request.instanceId, async (tx) => {
        await changeAliasSettings(tx, mailboxId, alias.toLowerCase(), request.body, actorOf(request));
        return { aliases: await mailboxAliases(tx, mailboxId) };
      });
    },
  );
  app.put(
    '/api/instances/:instanceId/mailboxes/:mailboxId/two-way',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Switch two-way sync of an address on or off',
        description: 'On only where Google allows it already; else start a connection with twoWay.',
        params: path,
        body: z.strictObject({ on: z.boolean() }),
        response: { 200: z.object({ mailbox: mailboxSchema }) },
      },
    },
    async (request) => {
      const { instanceId, body, params } = request;
      return database.inInstance(instanceId, async (tx) => {
        await setTwoWay(tx, params.mailboxId, body.on, actorOf(request));
        const changed = await mailbox(tx, params.mailboxId);
        return { mailbox: mailboxResponse(request, changed!) };
      });
    },
  );
  app.post(
    '/api/instances/:instanceId/mailboxes/:mailboxId/check',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Check that every message of an address is stored',
        description: 'Lists Gmail since the connection; missing messages are listed and fetched.',
        params: path,
        response: { 202: z.object({ mailbox: mailboxSchema }) },
      },
    },
    async (request, reply) => {
      const { instanceId, params } = request;
      const { mailboxId } = params;
      const checked = await database.inInstance(instanceId, async (tx) => {
        await requestCheck(tx, mailboxId, queue.enqueue, new Date());
        return mailbox(tx, mailboxId);
      });
      return reply.status(202).send({ mailbox: mailboxResponse(request, checked!) });
    },
  );
  app.delete(
    '/api/instances/:instanceId/mailboxes/:mailboxId',
    {
      config: { access: 'admin', asksGoogle: true },
      schema: {
        tags,
        summary: 'Delete an address',
        description: 'Its access is revoked at Google; conversations and messages stay.',
        params: path,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      if (!connecting) throw new ProblemError(googleNotConfigured);
      const { instanceId } = request;
      const { mailboxId } = request.params;
      await deleteMailbox(connecting, { instanceId, mailboxId }, actorOf(request), new Date());
      return reply.status(204).send(null);
    },
  );
}
