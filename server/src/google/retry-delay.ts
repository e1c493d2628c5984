const day = 86_400_000;

/**
 * How long Google asks to wait, in milliseconds from `now`, or null where it does not say: from the
 * Retry-After header (RFC 9110 §10.2.3) and from the message ("Retry after <ISO time>"), the later.
 */
export function retryDelay(header: string | null, message: string, now: Date): number | null {
  const namedTime = /retry after (\d{4}-\d\d-\d\dT[\d:.]+Z?)/i.exec(message)?.[1];
  const delays = [fromHeader(header, now), namedTime ? Date.parse(namedTime) - now.getTime() : Number.NaN];
  const valid = delays
    .filter((delay) => Number.isFinite(delay))
    .map((delay) => Math.min(Math.max(delay, 0), day));
  return valid.length > 0 ? Math.max(...valid) : null;
}

function fromHeader(header: string | null, now: Date): number {
  if (!header) return Number.NaN;
  return /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
}

/** Google's exponential back-off: min(2^attempt s + up to 1 s at random, 64 s), in milliseconds. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(2 ** attempt * 1_000 + random() * 1_000, 64_000);
}
