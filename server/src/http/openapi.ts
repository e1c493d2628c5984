import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import Fastify, { type RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Access } from './access.ts';
import { acceptsIdempotencyKey } from './idempotency.ts';
import { exampleOf, type Schema } from './openapi-examples.ts';
import type { OpenApiDocument } from './reference-page.ts';

/** The description of each tag; openapi.test.ts fails for a route whose tag is missing here. */
const tags: Record<string, string> = {
  profile: 'The signed-in user, and accounts while signed out.',
  people: 'The members of an instance, invitations, and the addresses to write from.',
  'api keys': 'The keys with which programs use this API.',
  audit: 'What admins changed.',
  instances: 'Instances: one company’s Postroom each, production or sandbox.',
  mailboxes: 'Connecting Gmail addresses, and their status.',
  google: 'The set-up of Google for the deployment.',
  receiving: 'How mail is received.',
  reports: 'Response times, volume and backlog, and the opening hours they are counted within.',
  templates: 'The layouts of messages.',
  conversations: 'Views, conversations and their messages.',
  messages: 'Files, and messages as received.',
  tags: 'Labels of conversations.',
  redaction: 'Removing passages, files and messages for good.',
  writing: 'Drafts, answers, notes, saved replies and deliveries.',
  'bulk messages': 'One message to many customers, each the only recipient.',
  customers: 'The people who write in.',
  webhooks: 'Addresses that are notified about events.',
  notifications: 'Notifications of a user.',
  live: 'Live events.',
};

const accessDescriptions: Record<Access, string> = {
  anyone: 'For anyone.',
  user: 'For everybody who is signed in.',
  member: 'For members of the instance.',
  admin: 'For admins of the instance.',
};

/** Adds to each route its id, who may call it, and its authentication; the bytes that it takes or answers with. */
const transform: SwaggerTransform = (input) => {
  const { schema: json, url } = jsonSchemaTransform(input as Parameters<typeof jsonSchemaTransform>[0]);
  const schema = {
    ...json,
    ...(json.consumes && { body: bytes }),
    ...(json.produces && { response: { 200: bytes } }),
  };
  const { access, scope } = input.route.config ?? {};
  if (schema?.hide || !access) return { schema, url };
  const keys = access === 'anyone' ? null : keyDescription(scope ?? null);
  const description = [schema.description, keys, accessDescriptions[access]].filter(Boolean).join(' ');
  const security: Array<Record<string, string[]>> =
    access === 'anyone'
      ? []
      : [{ session: [] }, ...(scope ? [{ apiKey: scope === 'any' ? [] : [scope] }] : [])];
  const [method = 'GET'] = [input.route.method].flat();
  const headers = acceptsIdempotencyKey(method, access) ? { headers: idempotencyHeaders } : {};
  return {
    schema: { ...schema, operationId: operationId(method, url), description, security, ...headers },
    url,
  };
};

/** Of the media types in `consumes` or `produces` of the route. */
const bytes = { type: 'string', format: 'binary' };

function keyDescription(scope: string | null): string {
  if (scope === null) return 'Not for API keys.';
  return scope === 'any' ? 'For every API key.' : `API keys need the scope ${scope}.`;
}

const idempotencyHeaders = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      maxLength: 255,
      description:
        'The same for each repetition of a request, and for no other: then it changes something once.',
      example: '3f0b8a52-8d5f-4c5e-9a55-6f1f0a4c7c11',
    },
  },
};

/** The id of an operation, such as `getConversationsMessages`: the method, and the path without its parameters. */
function operationId(method: string, url: string): string {
  const names = url
    .replace(/^\/api\/(instances\/[:{]instanceId}?)?/, (prefix) =>
      prefix.includes('instances') ? '' : 'root/',
    )
    .split('/')
    .filter(Boolean)
    .map((part, index, parts) => {
      const isParameter = /^[:{]/.test(part);
      // `…/{tagId}` is one of them; a parameter in between says nothing.
      if (isParameter) return index === parts.length - 1 ? 'one' : '';
      return part;
    })
    .filter((part) => part !== 'root');
  const words = (names.length === 0 ? ['organization'] : names).flatMap((part) =>
    part.split(/[^a-zA-Z0-9]+/),
  );
  return [
    method.toLowerCase(),
    ...words.filter(Boolean).map((word) => word[0]!.toUpperCase() + word.slice(1)),
  ].join('');
}

const problemSchema = {
  type: 'object',
  description:
    'What was refused and why (RFC 9457); title and detail are in the language of Accept-Language, English else.',
  required: ['type', 'title', 'status', 'detail', 'code', 'params'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'What happened.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to do; may be empty.' },
    code: { type: 'string', description: 'For programs: it never changes.' },
    params: {
      type: 'object',
      description: 'What changes in the words of the code.',
      additionalProperties: true,
    },
    errors: {
      type: 'array',
      description:
        'Where the request is wrong, in English for programs: a JSON pointer and what was expected.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

/** What may be refused, by status; every one is a problem document. */
const refusals: Record<string, string> = {
  '400': 'The request is not as it is described here.',
  '401': 'Not signed in, or the API key is not valid.',
  '403': 'This user or API key may not do it.',
  '404': 'It does not exist, or belongs to another instance.',
  '409': 'The present state does not allow it.',
  '422': 'Another request had this Idempotency-Key.',
  '429': 'Too many requests or attempts.',
  default: 'The request was refused or failed.',
};

function refusalsOf(operation: Operation, path: string): string[] {
  const { security = [], parameters = [] } = operation;
  const hasKey = parameters.some(({ name }) => name === 'idempotency-key');
  return [
    '400',
    ...(security.length > 0 ? ['401', '403'] : []),
    ...(/\{(?!instanceId)/.test(path) ? ['404'] : []),
    ...(hasKey ? ['409', '422'] : []),
    '429',
    'default',
  ];
}

type Body = { content?: Record<string, { schema?: Schema; example?: unknown }> };
type Operation = {
  requestBody?: Body;
  responses?: Record<string, Body>;
  security?: object[];
  parameters?: Array<{ name: string }>;
};

const example = {
  type: 'about:blank#signed-out',
  title: 'You are not signed in.',
  status: 401,
  detail: 'Sign in and try again.',
  code: 'signed-out',
  params: {},
};

/** Adds the problem responses to every route. */
const transformObject: SwaggerTransformObject = (input) => {
  const document = jsonSchemaTransformObject(input as Parameters<typeof jsonSchemaTransformObject>[0]) as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { schemas?: Record<string, unknown> };
  };
  const schemas = { ...document.components?.schemas, Problem: problemSchema };
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example },
  };
  const responses = Object.fromEntries(
    Object.entries(refusals).map(([status, description]) => [`Problem-${status}`, { description, content }]),
  );
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      const refused = refusalsOf(operation, path).map((status) => [
        status,
        { $ref: `#/components/responses/Problem-${status}` },
      ]);
      operation.responses = { ...operation.responses, ...Object.fromEntries(refused) };
    }
  }
  addExamples(document.paths ?? {}, schemas as Record<string, Schema>);
  const complete = { ...document, components: { ...document.components, schemas, responses } };
  return withoutUnused(complete) as ReturnType<SwaggerTransformObject>;
};

/** Adds an example to each body of a request and of an answer. */
function addExamples(
  paths: Record<string, Record<string, Operation>>,
  schemas: Record<string, Schema>,
): void {
  for (const { requestBody, responses = {} } of Object.values(paths).flatMap(Object.values<Operation>)) {
    for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
      const json = content['application/json'];
      if (json?.schema) json.example = exampleOf(json.schema, schemas);
    }
  }
}

/** Without the schemas that nothing refers to: zod adds a second one to each, for requests. */
function withoutUnused<Document extends { components: { schemas: Record<string, unknown> } }>(
  document: Document,
): Document {
  const text = JSON.stringify(document);
  const used = Object.entries(document.components.schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  const next = { ...document, components: { ...document.components, schemas: Object.fromEntries(used) } };
  // What is left out may have been the only one to refer to another.
  const isDone = used.length === Object.keys(document.components.schemas).length;
  return isDone ? document : withoutUnused(next);
}

/**
 * The OpenAPI document of routes, as it is at /api/openapi.json. `url` is Postroom's public address. It is rarely asked
 * for: what makes it is loaded then, and is given the routes by a server that does not listen.
 */
export async function openApiDocument(url: string, routes: RouteOptions[]): Promise<OpenApiDocument> {
  const { default: swagger } = await import('@fastify/swagger');
  const build = () => () => (() => {}) as never;
  const compilersFactory = { buildValidator: build, buildSerializer: build };
  const app = Fastify({ exposeHeadRoutes: false, schemaController: { compilersFactory } });
  await app.register(swagger, openApiOptions(url));
  for (const { method, url, schema, config } of routes) {
    if (method !== 'HEAD') app.route({ method, url, schema, config, handler: () => {} });
  }
  await app.ready();
  const document = app.swagger() as OpenApiDocument;
  await app.close();
  return document;
}

function openApiOptions(url: string) {
  const secure = url.startsWith('https:') ? '__Secure-' : '';
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Postroom',
        version: '1',
        description: 'The HTTP API of a Postroom deployment. docs/api.md explains how to use it.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url, description: 'This Postroom' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey' as const,
            in: 'cookie' as const,
            name: `${secure}postroom.session_token`,
            description: 'Set by POST /api/auth/sign-in/email.',
          },
          apiKey: {
            type: 'http' as const,
            scheme: 'bearer',
            description: 'A key that an admin creates in Settings > API keys.',
          },
        },
      },
    },
    transform,
    transformObject,
  };
}
