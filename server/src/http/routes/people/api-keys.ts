import { z } from 'zod';
import { apiKey, apiKeyScopes, apiKeys, createApiKey, revokeApiKey } from '../../../instances/api-keys.ts';
import { currentInstance } from '../../../instances/instances.ts';
import { actorOf } from '../../access.ts';
import { problemMessage } from '../../request-problems.ts';
import { id, instancePath, requestTime, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { personName } from '../../schemas/people.ts';
import type { HttpServer, Services } from '../../services.ts';

const scope = z.enum(apiKeyScopes).meta({ id: 'ApiKeyScope' });
const apiKeySchema = z
  .object({
    id,
    name: z.string(),
    /** The beginning of the key, to recognise it. */
    prefix: z.string(),
    scopes: z.array(scope),
    createdBy: z.object({ id, name: z.string() }).nullable(),
    createdAt: time,
    /** Null: never. */
    expiresAt: time.nullable(),
    /** To the minute. */
    lastUsedAt: time.nullable(),
    lastUsedIp: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });

/** Keys of programs (A3): created and revoked by admins, and never by a key. */
export function apiKeyRoutes(app: HttpServer, { database }: Services): void {
  const config = { access: 'admin' } as const;
  const tags = ['api keys'];
  const base = '/api/instances/:instanceId/api-keys';
  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'The API keys, newest first',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ apiKeys: z.array(apiKeySchema), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => apiKeys(tx, query));
      return { apiKeys: page.rows, next: page.next };
    },
  );
  app.get(
    '/api/key',
    {
      config: { access: 'user', scope: 'any' },
      schema: {
        tags,
        summary: 'What the API key of this request is, and what it may do',
        description: 'Both members are null in a session without a key.',
        response: {
          200: z.object({
            apiKey: apiKeySchema.nullable(),
            /** The organization that it belongs to. */
            instance: z.object({ id, name: z.string() }).nullable(),
          }),
        },
      },
    },
    async ({ instanceId, user: { apiKeyId } }) =>
      apiKeyId === null
        ? { apiKey: null, instance: null }
        : database.inInstance(instanceId, async (tx) => ({
            apiKey: await apiKey(tx, apiKeyId),
            instance: { id: instanceId, name: (await currentInstance(tx)).name },
          })),
  );
  app.post(
    base,
    {
      config: { ...config, secretAnswer: true },
      schema: {
        tags,
        summary: 'Create an API key',
        description: 'The key is in this answer only; Postroom stores a hash of it.',
        params: instancePath,
        body: z.strictObject({
          name: personName,
          scopes: z.array(scope).min(1).max(apiKeyScopes.length),
          /** Null: never. */
          expiresAt: requestTime
            .refine((at) => at.getTime() > Date.now(), problemMessage('api-key-expires-in-past'))
            .meta({ type: 'string', format: 'date-time' })
            .nullable(),
        }),
        response: { 201: z.object({ apiKey: apiKeySchema, key: z.string() }) },
      },
    },
    async (request, reply) => {
      const created = await database.inInstance(request.instanceId, async (tx) => {
        const { id: created, key } = await createApiKey(tx, request.body, actorOf(request));
        return { apiKey: await apiKey(tx, created), key };
      });
      return reply.status(201).send(created);
    },
  );
  app.delete(
    `${base}/:apiKeyId`,
    {
      config,
      schema: {
        tags,
        summary: 'Revoke an API key, at once and for good',
        params: instancePath.extend({ apiKeyId: id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { apiKeyId } = request.params;
      await database.inInstance(request.instanceId, (tx) => revokeApiKey(tx, apiKeyId, actorOf(request)));
      return reply.status(204).send(null);
    },
  );
}
