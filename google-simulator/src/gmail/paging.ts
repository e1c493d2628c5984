import { GmailApiError, invalidArgument } from './errors.ts';
import type { Call } from './method.ts';

/** An opaque page token for an offset. */
export function pageOf(
  query: Call['query'],
  { defaultLimit, maxLimit }: { defaultLimit: number; maxLimit: number },
) {
  const wanted = Number(query.maxResults ?? defaultLimit);
  const limit = Math.min(Math.max(1, Number.isFinite(wanted) ? Math.floor(wanted) : defaultLimit), maxLimit);
  const token = query.pageToken === undefined || query.pageToken === '' ? '0' : String(query.pageToken);
  if (!/^\d{1,12}$/.test(token)) throw new GmailApiError(invalidArgument('Invalid pageToken'));
  return { limit, offset: Number(token) };
}

/** The token of the next page, if there is one. */
export function nextToken({ limit, offset }: { limit: number; offset: number }, found: number) {
  return found > limit ? { nextPageToken: String(offset + limit) } : {};
}

export function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
