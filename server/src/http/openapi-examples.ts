/** The parts of JSON Schema (2020-12) that the schemas of the API use. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

/** The values of properties that have these names and are texts. */
const texts: Record<string, string> = {
  address: 'ana@far.example',
  from: 'Ana Silva <ana@far.example>',
  fromLine: 'Acme Support <support@acme.example>',
  name: 'Ana Silva',
  displayName: 'Acme Support',
  email: 'lena@acme.example',
  subject: 'Where is my order?',
  text: 'Hello, my order has not arrived yet.',
  snippet: 'Hello, my order has not arrived yet.',
  html: '<p>Hello, my order has not arrived yet.</p>',
  filename: 'receipt.pdf',
  mediaType: 'application/pdf',
  query: 'is:open from:ana@far.example',
  search: 'ana',
  url: 'https://shop.acme.example/hooks/postroom',
  key: 'postroom_J3kq0bYx8nT1v5Zr7LwQm2Dd4Ff6Hh8Jj0Ss9Gg1Aa',
  prefix: 'postroom_J3kq0b',
  description: 'Tells the shop about answers',
  next: 'WyIyMDI2LTAzLTAyVDA5OjE1OjAwLjAwMDAwMFoiXQ',
  timeZone: 'Europe/Berlin',
  title: 'Gmail does not answer.',
  detail: 'Postroom tries again by itself.',
  code: 'google-answered-error',
  language: 'en',
  slug: 'acme',
  id: '0195a1b2-3c4d-7e5f-8a6b-000000000001',
  password: 'three quiet rivers at noon',
  current: 'a former long password',
  ipAddress: '192.0.2.7',
  userAgent: 'Mozilla/5.0',
};

/** By format of JSON Schema. Ids differ by their property, as they do in answers. */
const byFormat: Record<string, (name: string) => string> = {
  uuid: (name) => `0195a1b2-3c4d-7e5f-8a6b-${hexOf(name)}`,
  'date-time': () => '2026-03-02T09:15:00.000Z',
  date: () => '2026-03-02',
  email: () => 'lena@acme.example',
  uri: () => 'https://shop.acme.example/hooks/postroom',
  byte: () => 'SGVsbG8=',
};

/** Texts of other patterns: the first one that a pattern accepts is used. */
const patternTexts = [
  'Ana Silva',
  'acme',
  '#1a7f6b',
  '09:00',
  '1.2',
  'A'.repeat(22),
  `B${'A'.repeat(86)}`,
  '',
];

/** Ten levels are deeper than any schema that does not contain itself. */
const maxDepth = 10;

/**
 * An example of a value that a schema accepts, made of the names and formats of its properties, always the same.
 * `schemas`: those that `$ref` names. Every property is in it.
 */
export function exampleOf(schema: Schema, schemas: Record<string, Schema>, name = '', depth = 0): unknown {
  if (schema.$ref) {
    const target = schemas[schema.$ref.split('/').at(-1)!]!;
    return exampleOf(target, schemas, name, depth + 1);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const full = depth < maxDepth && choices.find(({ type }) => type !== 'null');
    return exampleOf(full || choices.at(-1)!, schemas, name, depth);
  }
  if (schema.allOf) {
    const parts = schema.allOf.map((part) => exampleOf(part, schemas, name, depth));
    return Object.assign({}, ...(parts as object[]));
  }
  const type = [schema.type].flat().find((one) => one !== 'null') ?? 'null';
  return byType(type, { schema, schemas, name, depth });
}

type Asked = { schema: Schema; schemas: Record<string, Schema>; name: string; depth: number };

function byType(type: string, { schema, schemas, name, depth }: Asked): unknown {
  const inner = (one: Schema, its: string) => exampleOf(one, schemas, its, depth + 1);
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, one]) => [key, inner(one, key)]),
      );
    case 'array': {
      const count = depth < maxDepth ? Math.max(1, schema.minItems ?? 0) : 0;
      return Array.from({ length: count }, () => inner(schema.items ?? {}, singular(name)));
    }
    case 'string':
      return textOf(schema, name);
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    default:
      return null;
  }
}

function textOf(
  { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema,
  name: string,
) {
  if (format && byFormat[format]) return byFormat[format](name);
  const known = [texts[name] ?? 'Text', ...(pattern ? patternTexts : [])];
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && new RegExp(pattern ?? '', 'u').test(text);
  return known.find(fits) ?? 'T'.repeat(minLength);
}

/** `addresses` has an address in it, `to` a `to`. */
function singular(name: string): string {
  return name.replace(/(?<=ss)es$|(?<=[^s])s$/, '');
}

/** Twelve digits that are the same for the same name. */
function hexOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(12, '0');
}
