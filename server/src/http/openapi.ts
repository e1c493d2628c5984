import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Access } from './access.ts';

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

/** Adds to each route who may call it, and its authentication. */
const transform: SwaggerTransform = (input) => {
  const { schema, url } = jsonSchemaTransform(input as Parameters<typeof jsonSchemaTransform>[0]);
  const access = input.route.config?.access;
  if (schema?.hide || !access) return { schema, url };
  const description = [schema.description, accessDescriptions[access]].filter(Boolean).join(' ');
  const security = access === 'anyone' ? [] : [{ session: [] }];
  return { schema: { ...schema, description, security }, url };
};

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

/** Adds the problem response to every route. */
const transformObject: SwaggerTransformObject = (input) => {
  const document = jsonSchemaTransformObject(input as Parameters<typeof jsonSchemaTransformObject>[0]) as {
    paths?: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
    components?: { schemas?: Record<string, unknown> };
  };
  const schemas = { ...document.components?.schemas, Problem: problemSchema };
  const problemResponse = {
    description: 'The request was refused or failed.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      operation.responses = { ...operation.responses, default: problemResponse };
    }
  }
  return {
    ...document,
    components: { ...document.components, schemas },
  } as ReturnType<SwaggerTransformObject>;
};

/** The options of the OpenAPI document at /api/openapi.json. `url` is Postroom's public address. */
export function openApiOptions(url: string) {
  const secure = url.startsWith('https:') ? '__Secure-' : '';
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Postroom',
        version: '1',
        description: 'The HTTP API of a Postroom deployment. docs/api.md explains how to use it.',
      },
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey' as const,
            in: 'cookie' as const,
            name: `${secure}postroom.session_token`,
            description: 'Set by POST /api/auth/sign-in/email.',
          },
        },
      },
    },
    transform,
    transformObject,
  };
}
