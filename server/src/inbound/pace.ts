/** A mailbox with news lately is looked at every second; a quiet one every three. */
const busyMs = 1_000;
const quietMs = 3_000;
const quietAfterMs = 10 * 60_000;

/** Milliseconds from one look at a mailbox to the next, by how long nothing has come. */
export function pollInterval(sinceLastNewsMs: number): number {
  return sinceLastNewsMs < quietAfterMs ? busyMs : quietMs;
}

/**
 * Milliseconds to wait after the nth failure in a row: what Google asked for, else 2^n seconds with
 * up to one of chance, 64 at most (Gmail API, "Resolve errors": exponential backoff).
 */
export function backoff(failures: number, asked: number | null, chance = Math.random()): number {
  return asked ?? Math.min(2 ** failures * 1_000 + chance * 1_000, 64_000);
}
