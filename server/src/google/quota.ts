import { measureQuota } from '../metrics/measure-quota.ts';

/** Quota units of each method, for projects created since May 2026 (docs/gmail.md, section 3). */
export const units = {
  getProfile: 1,
  historyList: 2,
  messagesList: 5,
  messagesGet: 20,
  messagesModify: 5,
  messagesBatchModify: 50,
  threadsGet: 40,
  messagesSend: 100,
  sendAsList: 1,
  watch: 100,
  stop: 50,
} as const;

/** Which calls go first when not all can start. */
export type Priority = 'send' | 'live' | 'backlog' | 'import';

/** Keeps each mailbox below Gmail's limits, within this process. */
export type GmailQuota = {
  /** Runs `work` when the mailbox may spend `units`; throws the signal's reason if it aborts before. */
  run<T>(
    mailbox: string,
    request: { units: number; priority: Priority; signal?: AbortSignal },
    work: () => Promise<T>,
  ): Promise<T>;
  /** Starts only sends for so many milliseconds, after Gmail rate-limited the mailbox. */
  pause(mailbox: string, milliseconds: number): void;
  /** Units that the mailbox spent in the last 60 seconds, in this process. */
  spent(mailbox: string): number;
  readonly unitsPerMinute: number;
};

type QueuedCall = { units: number; priority: Priority; start: () => void };
type Bucket = {
  level: number;
  refilledAt: number;
  pausedUntil: number;
  running: number;
  waiting: QueuedCall[];
  timer?: NodeJS.Timeout;
  /** Units of the last minute, by second. */
  spent: Array<{ second: number; units: number }>;
};

const priorityOrder: Priority[] = ['send', 'live', 'backlog', 'import'];
/**
 * Units and slots that each priority leaves to those before it: live calls one send, a backlog four, an import
 * seven, or 30 messages that arrive together. Of a small bucket it is half at most.
 */
const reservedUnits: Record<Priority, number> = { send: 0, live: 100, backlog: 400, import: 700 };
const reservedSlots: Record<Priority, number> = { send: 0, live: 1, backlog: 2, import: 5 };

/**
 * A token bucket and a concurrency limit for each mailbox. The bucket holds a quarter of a minute's units
 * and is refilled with the other three quarters in a minute, so no 60 seconds spend more than
 * `unitsPerMinute`.
 */
export function createQuota(
  options: { unitsPerMinute?: number; concurrency?: number; now?: () => number } = {},
): GmailQuota {
  const { unitsPerMinute = 6_000, concurrency = 8, now = () => performance.now() } = options;
  const capacity = unitsPerMinute / 4;
  const perMillisecond = (unitsPerMinute - capacity) / 60_000;
  const buckets = new Map<string, Bucket>();
  measureQuota(() => [...buckets.values()].map(levelNow));

  /** The part of the bucket that is left, from 0 to 1. */
  function levelNow({ level, refilledAt }: Bucket): number {
    return Math.min(1, (level + (now() - refilledAt) * perMillisecond) / capacity);
  }

  function bucketOf(mailbox: string): Bucket {
    let bucket = buckets.get(mailbox);
    if (!bucket) {
      bucket = { level: capacity, refilledAt: now(), pausedUntil: 0, running: 0, waiting: [], spent: [] };
      buckets.set(mailbox, bucket);
    }
    return bucket;
  }

  function startEligible(bucket: Bucket): void {
    clearTimeout(bucket.timer);
    const at = now();
    bucket.level = Math.min(capacity, bucket.level + (at - bucket.refilledAt) * perMillisecond);
    bucket.refilledAt = at;
    for (let next = nextQueued(bucket); next; next = nextQueued(bucket)) {
      if (bucket.running >= Math.max(1, concurrency - reservedSlots[next.priority])) return; // called again when a call ends
      const paused = next.priority === 'send' ? 0 : Math.max(0, bucket.pausedUntil - at);
      const missingUnits = next.units + Math.min(reservedUnits[next.priority], capacity / 2) - bucket.level;
      const wait = Math.max(paused, missingUnits / perMillisecond);
      if (wait > 0) {
        bucket.timer = setTimeout(() => startEligible(bucket), Math.ceil(wait));
        return;
      }
      bucket.waiting.splice(bucket.waiting.indexOf(next), 1);
      bucket.level -= next.units;
      recordSpent(bucket, next.units, at);
      bucket.running += 1;
      next.start();
    }
  }

  return {
    unitsPerMinute,
    spent(mailbox) {
      const since = Math.floor(now() / 1_000) - 60;
      const spent = buckets.get(mailbox)?.spent ?? [];
      return spent.reduce((sum, { second, units }) => (second > since ? sum + units : sum), 0);
    },
    async run(mailbox, { units, priority, signal }, work) {
      signal?.throwIfAborted();
      const bucket = bucketOf(mailbox);
      await new Promise<void>((resolve, reject) => {
        const cancel = () => {
          bucket.waiting.splice(bucket.waiting.indexOf(request), 1);
          reject(signal?.reason);
        };
        const start = () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        };
        const request: QueuedCall = { units, priority, start };
        signal?.addEventListener('abort', cancel, { once: true });
        bucket.waiting.push(request);
        startEligible(bucket);
      });
      try {
        return await work();
      } finally {
        bucket.running -= 1;
        startEligible(bucket);
      }
    },
    pause(mailbox, milliseconds) {
      const bucket = bucketOf(mailbox);
      bucket.pausedUntil = Math.max(bucket.pausedUntil, now() + milliseconds);
    },
  };
}

function nextQueued(bucket: Bucket): QueuedCall | undefined {
  for (const priority of priorityOrder) {
    const first = bucket.waiting.find((waiting) => waiting.priority === priority);
    if (first) return first;
  }
}

function recordSpent(bucket: Bucket, units: number, at: number): void {
  const second = Math.floor(at / 1_000);
  const last = bucket.spent.at(-1);
  if (last?.second === second) last.units += units;
  else bucket.spent.push({ second, units });
  while (bucket.spent.length > 0 && bucket.spent[0]!.second <= second - 60) bucket.spent.shift();
}
