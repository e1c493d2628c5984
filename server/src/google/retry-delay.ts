const day = 86_400_000;

/**
 * How long Google asks to wait, in milliseconds from `now`, a day at most; null if it does not say. The
 * later of the Retry-After header (RFC 9110, section 10.2.3) and the message ("Retry after <ISO time>").
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
