import fc from 'fast-check';
import type { RouteCase } from './route-cases.ts';
import type { SeededInstance } from './seeded-instance.ts';

/** A JSON schema of the OpenAPI document, as far as values for it are made here. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};
/** What the OpenAPI document says of a request; null for a route that it does not describe. */
export type RequestSchema = { query: Array<{ name: string; schema: Schema }>; body: Schema | null } | null;

/** A value that replaces a valid one; a function makes it from the instances. */
type Value = unknown | ((own: SeededInstance, other: SeededInstance) => unknown);

export type Mutation = {
  kind: 'set' | 'remove' | 'add valid' | 'add' | 'query valid' | 'query' | 'path' | 'raw';
  /** Which of the places, counted modulo their number. */
  at: number;
  value: Value;
};
export type RequestToSend = {
  method: string;
  path: string;
  contentType: string | null;
  body: string | Buffer | null;
};

/** Values at the edges of what is allowed, and ids of other things and of another instance. */
const values: Value[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 31, -(2 ** 63), 2 ** 53, 1e300, [], {}, [null], [[]], { a: { b: [{}] } }],
  ...['', ' ', '\n', 'a', 'x'.repeat(5_000), '🙂'.repeat(300), 'a\0b', '\ud800', '\u202e', '%', '%00', '\\'],
  ...['"', "' or 1=1 --", '<p>{{draft.htmlBody}}</p>', '{{#each customer}}', '{{{{', '<b', '../..', 'latest'],
  ...['ana@x.example', 'Ana <ana@x.example>', '@', 'a@b', 'is:open', 'tag:"', '-is:', '(((', 'NaN', '1e9'],
  ...['2026-02-30T25:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '-271821-04-20', '2026'],
  ...['https://[', 'https://127.0.0.1/', 'javascript:alert(1)', '00000000-0000-0000-0000-000000000000'],
  ...['conversationId', 'messageId', 'queuedId', 'draftId', 'customerId', 'mailboxId', 'templateId'].flatMap(
    (name) => [
      (own: SeededInstance) => own.ids[name],
      (_own: SeededInstance, other: SeededInstance) => other.ids[name],
    ],
  ),
  ...['attachmentId', 'tagId', 'bulkId', 'savedReplyId', 'adminUserId', 'agentUserId'].map(
    (name) => (own: SeededInstance) => own.ids[name],
  ),
  (_own: SeededInstance, other: SeededInstance) => other.instanceId,
];

/** Up to three changes of a valid request. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Mutation['kind'][]>(
      ...(['set', 'set', 'remove', 'add valid', 'add', 'query valid', 'query', 'path', 'raw'] as const),
    ),
    at: fc.nat(1_000),
    value: fc.constantFrom(...values),
  }),
  { maxLength: 3 },
);

/** A route's valid request with the changes applied. `resolve` follows the references of a schema. */
export function mutatedRequest(
  row: RouteCase,
  schema: RequestSchema,
  changes: Mutation[],
  {
    own,
    other,
    resolve,
  }: { own: SeededInstance; other: SeededInstance; resolve: (schema: Schema) => Schema },
): RequestToSend {
  let body: unknown = structuredClone(row.body(own)) ?? (schema?.body ? {} : undefined);
  const isJson = body !== undefined && !(body instanceof Uint8Array);
  let raw: string | null = null;
  const query: Array<[string, unknown]> = [];
  const ids: Record<string, unknown> = { ...own.ids, instanceId: own.instanceId };
  const sample = (of: Schema, at: number) => sampleOf(resolve(of), at, own, resolve);
  for (const { kind, at, value: given } of changes) {
    const value = typeof given === 'function' ? given(own, other) : given;
    const parameter = schema?.query[at % (schema.query.length || 1)];
    if (kind === 'query' && parameter) query.push([parameter.name, value]);
    if (kind === 'query valid' && parameter) query.push([parameter.name, sample(parameter.schema, at)]);
    if (kind === 'path') {
      const names = [...row.call.matchAll(/:(\w+)/g)].map(([, name]) => name!);
      const name = names[at % (names.length || 1)];
      if (name && name !== 'instanceId') ids[name] = value;
    }
    if (!isJson) continue;
    if (kind === 'raw') raw = at % 2 === 0 ? String(value) : JSON.stringify(body).slice(0, -1);
    if (kind === 'set') body = setAt(body, at, value);
    if (kind === 'remove') body = setAt(body, at, undefined);
    if (kind === 'add' || kind === 'add valid') {
      const properties = Object.entries(schema?.body ? (resolve(schema.body).properties ?? {}) : {});
      const [name, of] = properties[at % (properties.length || 1)] ?? ['unknown', {}];
      if (typeof body === 'object' && body) {
        body = { ...body, [name]: kind === 'add' ? value : sample(of, at) };
      }
    }
  }
  const path = row.call.replace(/:(\w+)/g, (_all, name) => encode(ids[name]));
  const search = query.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return {
    method: row.route.split(' ')[0]!,
    path: search ? `${path}${path.includes('?') ? '&' : '?'}${search}` : path,
    contentType: body === undefined ? null : isJson ? 'application/json' : 'application/octet-stream',
    body: isJson ? (raw ?? JSON.stringify(body)) : body === undefined ? null : (body as Buffer),
  };
}

function encode(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return encodeURIComponent(text.toWellFormed());
}

/** A copy of a JSON value with another value at one of its places, counted through all levels. */
function setAt(body: unknown, at: number, value: unknown): unknown {
  const copy = structuredClone(body);
  const places: Array<[Record<string, unknown>, string]> = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const place = places[at % (places.length || 1)];
  if (!place) return value;
  if (value === undefined && !Array.isArray(place[0])) delete place[0][place[1]];
  else place[0][place[1]] = value;
  return copy;
}

/** A value that a schema allows, as far as it can be made from types, formats and enumerations. */
function sampleOf(
  schema: Schema,
  at: number,
  own: SeededInstance,
  resolve: (schema: Schema) => Schema,
): unknown {
  const again = (of: Schema, next: number) => sampleOf(resolve(of), next, own, resolve);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (alternatives?.length) return again(alternatives[at % alternatives.length]!, at >> 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[at % schema.enum.length];
  const type = Array.isArray(schema.type) ? schema.type[at % schema.type.length] : schema.type;
  if (type === 'boolean') return at % 2 === 0;
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 0, 0) + (at % 3);
  if (type === 'array') return at % 3 === 0 ? [] : [again(schema.items ?? {}, at + 1)];
  if (type === 'object') {
    const properties = Object.entries(schema.properties ?? {});
    return Object.fromEntries(properties.map(([name, of], index) => [name, again(of, at + index)]));
  }
  if (type !== 'string') return null;
  if (schema.format === 'date-time') return new Date(Date.now() + (at % 5) * 3_600_000).toISOString();
  if (schema.format === 'uuid') return Object.values(own.ids)[at % Object.keys(own.ids).length];
  if (schema.format === 'email') return 'ana@far.example';
  if (schema.format === 'uri') return 'https://far.example/';
  return ['some text', '', 'ana@far.example', '<p>some text</p>'][at % 4];
}
