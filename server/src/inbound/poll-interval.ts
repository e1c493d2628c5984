/** A mailbox that nobody tells of is looked at every second while there is news, else every three. */
const busyMs = 1_000;
const quietMs = 3_000;
const quietAfterMs = 10 * 60_000;

/** One that is told of: once more after Gmail's second (below), then each minute, should one be lost. */
const againMs = 1_200;
const toldMs = 60_000;

/** What decides when a mailbox is next looked at. Times in milliseconds since the epoch. */
export type Hearing = {
  now: number;
  /** Whether this look brought anything. */
  news: boolean;
  lastNewsAt: number;
  /** Whether Google's notifications reach us, as far as can be known (see `hears`). */
  hears: boolean;
  heardAt: number | null;
};

/**
 * Milliseconds to the next look. Gmail drops what exceeds one notification a second (trap 7): what came
 * just after the last one is found by looking once more.
 */
export function nextLook({ now, news, lastNewsAt, hears, heardAt }: Hearing): number {
  if (hears) return news || (heardAt !== null && now - heardAt < 1_000) ? againMs : toldMs;
  return news || now - lastNewsAt < quietAfterMs ? busyMs : quietMs;
}

/** A notification may be this late (ms); clocks may differ by as much. */
const lateMs = 5_000;

/** Whether news was found that a notification should have told of by now, and none did. */
export function missed(look: {
  now: number;
  news: boolean;
  lastMessageAt: number | null;
  heardAt: number | null;
}): boolean {
  const { now, news, lastMessageAt, heardAt } = look;
  if (!news || lastMessageAt === null || now - lastMessageAt < lateMs) return false;
  return heardAt === null || heardAt < lastMessageAt - lateMs;
}

/**
 * Milliseconds to wait after the nth failure in a row: what Google asked for, else 2^n seconds with
 * up to one of chance, 64 at most (Gmail API, "Resolve errors": exponential backoff).
 */
export function backoff(failures: number, asked: number | null, chance = Math.random()): number {
  return asked ?? Math.min(2 ** failures * 1_000 + chance * 1_000, 64_000);
}
