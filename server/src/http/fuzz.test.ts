import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import {
  type Mutation,
  mutatedRequest,
  mutations,
  type RequestSchema,
  type RequestToSend,
  type Schema,
} from '../testing/mutated-requests.ts';
import { type RouteCase, routeCases } from '../testing/route-cases.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

// Valid requests to every operation of a seeded instance, with up to three changes each. The same ones every time,
// unless POSTROOM_FUZZ_SEED says which others; `npm run check:long` sends more. A failure prints its request.

const requests = Number(process.env.POSTROOM_FUZZ_REQUESTS ?? 500);
const seed = Number(process.env.POSTROOM_FUZZ_SEED ?? 1);
const numRuns = Math.ceil(requests / routeCases.length);

type Operation = {
  parameters?: Array<{ name: string; in: string; schema: Schema }>;
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
};
type Document = { paths: Record<string, Record<string, Operation>> };
type Person = Awaited<ReturnType<Awaited<ReturnType<typeof createHttpFixture>>['person']>>;

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let document: Document;
let ajv: Ajv2020;
/** The instance that all users belong to; the seeded ones have these as members too. */
let home: string;
let admin: Person;
let agent: Person;
let own: SeededInstance | null = null;
let other: SeededInstance;
let idsOfOther: string[];

beforeAll(async () => {
  fixture = await createHttpFixture();
  document = (await fixture.app.inject('/api/openapi.json')).json();
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  home = (await fixture.admin()).instanceId;
  admin = await fixture.person(home, 'admin');
  agent = await fixture.person(home, 'agent');
  const outsider = await fixture.person(home, 'admin');
  const outsiders = { owner: outsider.id, admin: outsider.id, agent: outsider.id };
  other = await seedInstance(fixture.needs.deployment, outsiders);
  idsOfOther = await other.everyId();
});
afterAll(() => fixture?.close());

const pathOf = (route: string) => route.slice(route.indexOf(' ') + 1).replace(/:(\w+)/g, '{$1}');
const operationOf = (row: RouteCase) =>
  document.paths[pathOf(row.route)]?.[row.route.split(' ')[0]!.toLowerCase()] ?? null;

function requestSchema(row: RouteCase): RequestSchema {
  const operation = operationOf(row);
  if (!operation) return null;
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return { query, body: operation.requestBody?.content['application/json']?.schema ?? null };
}

/** Follows references to the document's components. */
function resolve(schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const steps = schema.$ref.replace(/^#\//, '').split('/');
  return resolve(
    steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], document) as Schema,
  );
}

async function send(request: RequestToSend, { headers }: Person) {
  const leave = new AbortController();
  const answer = await fetch(fixture.address + request.path, {
    method: request.method,
    redirect: 'manual',
    signal: leave.signal,
    headers: { ...headers, ...(request.contentType && { 'content-type': request.contentType }) },
    ...(request.body !== null && { body: request.body as string }),
  });
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  // A live stream never ends.
  const text = type === 'text/event-stream' ? '' : await answer.text();
  leave.abort();
  return { status: answer.status, type, text };
}

/** Sends a changed request to a seeded instance; after one that may have changed something, to a new one. */
async function call(row: RouteCase, changes: Mutation[]) {
  const members = { owner: admin.id, admin: admin.id, agent: agent.id };
  own ??= await seedInstance(fixture.needs.deployment, members);
  const request = mutatedRequest(row, requestSchema(row), changes, { own, other, resolve });
  const answer = await send(request, admin);
  if (answer.status < 400 && request.method !== 'GET') {
    own = null;
    // Such a request may end the session, or change the user.
    if (row.access === 'user' || row.access === 'anyone') admin = await fixture.person(home, 'admin');
  }
  return { answer, asked: `${request.path} ${request.body}` };
}

/** Fails for an answer that the document does not describe. */
function expectDescribed(row: RouteCase, { status, type, text }: Awaited<ReturnType<typeof send>>) {
  const operation = operationOf(row);
  if (!operation) return;
  const at = status < 400 ? String(status) : 'default';
  const described = operation.responses[at];
  expect(described, `status ${status} is described: ${text}`).toBeDefined();
  if (!described?.content) return;
  const kinds = [type, type.replace(/\/.*/, '/*')];
  expect(
    kinds.some((kind) => kind in described.content!),
    `${status} with ${type} is described`,
  ).toBe(true);
  if (!/json$/.test(type) || !described.content[type]?.schema) return;
  const method = row.route.split(' ')[0]!.toLowerCase();
  const steps = ['paths', pathOf(row.route), method, 'responses', at, 'content', type, 'schema'];
  const pointer = steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const validate = ajv.getSchema(`api#/${pointer}`) as ValidateFunction;
  expect(validate(JSON.parse(text)), ajv.errorsText(validate.errors)).toBe(true);
}

describe.each(routeCases)('$route', (row) => {
  test('changed requests have no internal error, an answer as described, and nothing of others', async () => {
    const attempt = fc.asyncProperty(mutations, async (changes) => {
      const { answer, asked } = await call(row, changes);
      const context = `${row.route.split(' ')[0]} ${asked}\n${answer.status} ${answer.text}`;
      // Where nothing of Google can be reached, that is the answer of an unchanged request too.
      if (answer.status !== row.status) expect(answer.status, context).toBeLessThan(500);
      expectDescribed(row, answer);
      expect(answer.text.includes(other.marker) && !asked.includes(other.marker), context).toBe(false);
      expect(idsOfOther.filter((id) => answer.text.includes(id) && !asked.includes(id))).toEqual([]);
    });
    // The first one is unchanged, so that also its answer is compared with its description.
    await fc.assert(attempt, { numRuns, seed, endOnFailure: true, examples: [[[]]] });
  });
});
