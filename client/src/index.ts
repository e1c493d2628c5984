import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './generated/schema.ts';

// biome-ignore lint/performance/noBarrelFile: a package has one entry.
export { allPages, type ListPage, pages } from './pages.ts';
export { type Sent, sendOnce } from './send-once.ts';
export type { components, paths };

export type Postroom = Client<paths, 'application/json'>;

/**
 * A client of the API of one Postroom: `client.GET('/api/…', { params })` and the like, typed by the OpenAPI document.
 * `url`: the address at which people open it. `apiKey`: made in Settings > API keys. `fetch`: another implementation
 * of the Fetch standard, such as one with a proxy.
 */
export function createPostroom({
  url,
  apiKey,
  fetch,
}: {
  url: string;
  apiKey: string;
  fetch?: (request: Request) => Promise<Response>;
}): Postroom {
  const options = { baseUrl: url.replace(/\/+$/, ''), headers: { authorization: `Bearer ${apiKey}` } };
  return createClient<paths, 'application/json'>({ ...options, ...(fetch && { fetch }) });
}

/** What Postroom refused and why (RFC 9457): `code` is for programs, `message` and `detail` are for people. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly params: Record<string, unknown>;

  constructor(status: number, problem: Partial<components['schemas']['Problem']>) {
    super(problem.title ?? `Postroom answered ${status}.`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail ?? '';
    this.params = problem.params ?? {};
  }
}

/** The data of an answer. Throws a ProblemError for another one than 2xx. */
export async function dataOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  const isProblem = typeof error === 'object' && error !== null;
  throw new ProblemError(response.status, isProblem ? error : {});
}
