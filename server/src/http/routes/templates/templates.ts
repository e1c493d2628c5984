import { z } from 'zod';
import { ProblemError } from '../../../problems.ts';
import { templateProblem } from '../../../templates/check-template.ts';
import { restoreVersion, version, versions } from '../../../templates/template-versions.ts';
import {
  deleteTemplate,
  htmlOf,
  noSuchTemplate,
  saveTemplate,
  template,
  templates,
} from '../../../templates/templates.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath, int4, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { templateForm } from '../../schemas/template-form.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ templateId: id });
const versionPath = path.extend({ version: z.coerce.number().int().min(1).max(1_000_000) });
const templateSchema = z
  .object({
    id,
    name: z.string(),
    html: z.string(),
    /** The form that the HTML was made from; null: there was none. */
    form: templateForm.nullable(),
    version: z.number().int(),
    updatedAt: time,
    /** Empty if the author is unknown. */
    changedBy: z.string(),
    usedBy: z.array(z.string()),
  })
  .meta({ id: 'Template' });
const versionSchema = z
  .object({
    version: z.number().int(),
    name: z.string(),
    author: z.string(),
    createdAt: time,
    restoredFrom: z.number().int().nullable(),
  })
  .meta({ id: 'TemplateVersion' });
const content = z.strictObject({
  name: z.string().trim().min(1).max(100),
  html: z.string().max(200_000),
  /** Its HTML takes the place of `html`, unless it is `edited`. Omitted: the form stays, as edited if the HTML changes. */
  form: templateForm.nullable().optional(),
});
const change = content.extend({
  /** As last read: a problem if somebody saved since. Omitted: their version is overwritten. */
  version: int4.optional(),
});
const templateResponse = { 200: z.object({ template: templateSchema }) };

/** The templates of mailboxes (S2); Blank is built in and has no row. */
export function templateRoutes(app: HttpServer, { database, renderer }: Services): void {
  const tags = ['templates'];
  const config = { access: 'admin' } as const;
  const check = async (html: string) => {
    const fault = await templateProblem(renderer, html);
    if (fault) throw new ProblemError(fault);
  };
  const save = async (
    request: { instanceId: string; body: z.output<typeof change> } & Parameters<typeof actorOf>[0],
    templateId: string | null,
  ) => {
    const { instanceId, body } = request;
    await check(htmlOf(body));
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
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ templates: z.array(templateSchema), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => templates(tx, query));
      return { templates: page.rows, next: page.next };
    },
  );
  app.get(
    '/api/instances/:instanceId/templates/:templateId',
    { config, schema: { tags, summary: 'One template', params: path, response: templateResponse } },
    async ({ instanceId, params }) => {
      const found = await database.inInstance(instanceId, (tx) => template(tx, params.templateId));
      if (!found) throw new ProblemError(noSuchTemplate);
      return { template: found };
    },
  );
  app.post(
    '/api/instances/:instanceId/templates',
    {
      config,
      schema: {
        tags,
        summary: 'Create a template',
        description: 'Refused if the message would not always contain what the agent writes.',
        params: instancePath,
        body: content,
        response: { 201: templateResponse[200] },
      },
    },
    async (request, reply) => reply.status(201).send(await save(request, null)),
  );
  app.put(
    '/api/instances/:instanceId/templates/:templateId',
    {
      config,
      schema: { tags, summary: 'Change a template', params: path, body: change, response: templateResponse },
    },
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
  app.get(
    '/api/instances/:instanceId/templates/:templateId/versions',
    {
      config,
      schema: {
        tags,
        summary: 'The versions of a template, newest first',
        params: path,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ versions: z.array(versionSchema), next }) },
      },
    },
    async ({ instanceId, params, query }) => {
      const page = await database.inInstance(instanceId, (tx) => versions(tx, params.templateId, query));
      return { versions: page.rows, next: page.next };
    },
  );
  app.get(
    '/api/instances/:instanceId/templates/:templateId/versions/:version',
    {
      config,
      schema: {
        tags,
        summary: 'One version of a template, with its HTML',
        params: versionPath,
        response: {
          200: z.object({
            version: versionSchema.extend({ html: z.string(), form: templateForm.nullable() }),
          }),
        },
      },
    },
    async ({ instanceId, params }) => ({
      version: await database.inInstance(instanceId, (tx) => version(tx, params.templateId, params.version)),
    }),
  );
  app.post(
    '/api/instances/:instanceId/templates/:templateId/versions/:version/restore',
    {
      config,
      schema: {
        tags,
        summary: 'Restore an earlier version as a new one',
        params: versionPath,
        response: templateResponse,
      },
    },
    async (request) => {
      const { instanceId } = request;
      const { templateId, version: number } = request.params;
      const { html } = await database.inInstance(instanceId, (tx) => version(tx, templateId, number));
      await check(html);
      return database.inInstance(instanceId, async (tx) => {
        await restoreVersion(tx, templateId, number, actorOf(request));
        return { template: (await template(tx, templateId))! };
      });
    },
  );
}
