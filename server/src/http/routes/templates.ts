import { z } from 'zod';
import { Refused } from '../../errors.ts';
import { templateFault } from '../../templates/check.ts';
import {
  deleteTemplate,
  noSuchTemplate,
  saveTemplate,
  template,
  templates,
} from '../../templates/templates.ts';
import { actorOf } from '../mailbox-shapes.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath, time } from '../shapes.ts';

const path = instancePath.extend({ templateId: id });
const templateShape = z
  .object({ id, name: z.string(), html: z.string(), updatedAt: time, usedBy: z.array(z.string()) })
  .meta({ id: 'Template' });
const content = z.strictObject({
  name: z.string().trim().min(1, 'Give the template a name').max(100, 'The name may have 100 characters'),
  html: z.string().max(200_000, 'A template may have 200,000 characters'),
});
const one = { 200: z.object({ template: templateShape }) };

/** The templates a mailbox can be given (S2); Blank is built in and has no row. */
export function templateRoutes(app: App, { database, renderer }: Services): void {
  const tags = ['templates'];
  const config = { access: 'admin' } as const;
  const save = async (
    request: { instanceId: string; body: z.output<typeof content> } & Parameters<typeof actorOf>[0],
    templateId: string | null,
  ) => {
    const { instanceId, body } = request;
    const fault = await templateFault(renderer, body.html);
    if (fault) throw new Refused(fault);
    return database.inInstance(instanceId, async (tx) => ({
      template: (await template(tx, await saveTemplate(tx, templateId, body, actorOf(request))))!,
    }));
  };
  app.get(
    '/api/instances/:instanceId/templates',
    {
      config,
      schema: {
        tags,
        summary: 'The templates, by name',
        params: instancePath,
        response: { 200: z.object({ templates: z.array(templateShape) }) },
      },
    },
    async ({ instanceId }) => ({ templates: await database.inInstance(instanceId, templates) }),
  );
  app.get(
    '/api/instances/:instanceId/templates/:templateId',
    { config, schema: { tags, summary: 'One template', params: path, response: one } },
    async ({ instanceId, params }) => {
      const found = await database.inInstance(instanceId, (tx) => template(tx, params.templateId));
      if (!found) throw new Refused(noSuchTemplate);
      return { template: found };
    },
  );
  app.post(
    '/api/instances/:instanceId/templates',
    {
      config,
      schema: {
        tags,
        summary: 'Make a template',
        description: 'Refused where what the agent writes would not always be in the message.',
        params: instancePath,
        body: content,
        response: { 201: one[200] },
      },
    },
    async (request, reply) => reply.status(201).send(await save(request, null)),
  );
  app.put(
    '/api/instances/:instanceId/templates/:templateId',
    { config, schema: { tags, summary: 'Change a template', params: path, body: content, response: one } },
    (request) => save(request, request.params.templateId),
  );
  app.delete(
    '/api/instances/:instanceId/templates/:templateId',
    {
      config,
      schema: {
        tags,
        summary: 'Delete a template',
        description:
          'While addresses use it, the one that takes its place must be named; `blank` is the built-in one.',
        params: path,
        querystring: z.object({ replacement: z.union([id, z.literal('blank')]).optional() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { replacement } = request.query;
      await database.inInstance(request.instanceId, (tx) =>
        deleteTemplate(
          tx,
          request.params.templateId,
          replacement === 'blank' ? null : replacement,
          actorOf(request),
        ),
      );
      return reply.status(204).send(null);
    },
  );
}
