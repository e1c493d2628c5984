import type { RouteOptions } from 'fastify';
import { type ApiKeyScope, apiKeyScopes } from '../instances/api-keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope with which API keys may call the route; null: none may. Left out: by its tag and method. */
    scope?: ApiKeyScope | 'any' | null;
  }
}

/** The area of scopes that the routes of a tag belong to; those of other tags are for people only. */
const areaOfTag: Record<string, string> = {
  audit: 'audit',
  'bulk messages': 'bulk-messages',
  conversations: 'conversations',
  customers: 'customers',
  live: 'conversations',
  mailboxes: 'mailboxes',
  messages: 'conversations',
  people: 'people',
  receiving: 'mailboxes',
  redaction: 'redaction',
  reports: 'reports',
  tags: 'conversations',
  templates: 'templates',
  webhooks: 'webhooks',
  writing: 'messages',
};

/** The scope that lets an API key call a route; null where none may. */
export function scopeOf({ method, config, schema }: RouteOptions): ApiKeyScope | 'any' | null {
  if (config?.scope !== undefined) return config.scope;
  if (config?.access !== 'member' && config?.access !== 'admin') return null;
  const { tags = [] } = (schema ?? {}) as { tags?: string[] };
  const reads = [method].flat().every((one) => one === 'GET' || one === 'HEAD');
  const scope = `${areaOfTag[tags[0] ?? '']}:${reads ? 'read' : 'write'}`;
  return apiKeyScopes.find((one) => one === scope) ?? null;
}
