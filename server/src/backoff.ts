/**
 * Milliseconds to wait after a failure, by how many failures came before it in a row: what the server
 * asked for, else truncated exponential backoff, min(2^n seconds + up to 1 second at random, 64 seconds).
 * Source: Gmail API, "Resolve errors", https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
export function backoff(
  previousFailures: number,
  requestedDelay: number | null = null,
  random = Math.random(),
): number {
  return requestedDelay ?? Math.min(2 ** previousFailures * 1_000 + random * 1_000, 64_000);
}
