import type { Simulator } from './simulator.ts';

/** Units of each method, for projects created from May 2026 (docs/gmail.md, section 3). */
export const units: Record<string, number> = {
  getProfile: 1,
  'labels.list': 1,
  'labels.get': 1,
  'messages.list': 5,
  'messages.get': 20,
  'messages.send': 100,
  'messages.attachments.get': 20,
  'messages.modify': 5,
  'messages.batchModify': 50,
  'messages.trash': 20,
  'messages.untrash': 20,
  'messages.delete': 10,
  'threads.list': 10,
  'threads.get': 40,
  'threads.modify': 10,
  'threads.trash': 20,
  'threads.untrash': 20,
  'drafts.list': 5,
  'drafts.get': 20,
  'drafts.create': 10,
  'drafts.update': 15,
  'drafts.delete': 10,
  'drafts.send': 100,
  'history.list': 2,
  watch: 100,
  stop: 50,
  'settings.sendAs.list': 1,
  'settings.sendAs.get': 1,
};

export type Quota = {
  /** Uses a method's units; returns how long to wait (milliseconds) if those of this minute are used up. */
  spend(account: string, method: string): { kind: 'ok' } | { kind: 'exceeded'; waitMs: number };
  /** Units per user and minute; null: no limit. */
  setPerMinute(perMinute: number | null): void;
  /** Units used by an account since the start. */
  spent(account: string): number;
};

const quotaOf = new WeakMap<Simulator, Quota>();

/** Counts units per user and calendar minute of real time: moving the clock gives no new quota. */
export function quota(simulator: Simulator): Quota {
  const known = quotaOf.get(simulator);
  if (known) return known;
  let perMinute: number | null = 6_000;
  const used = new Map<string, { minute: number; units: number }>();
  const totals = new Map<string, number>();
  const fresh: Quota = {
    spend(account, method) {
      const price = units[method] ?? 5;
      const now = Date.now();
      const minute = Math.floor(now / 60_000);
      const before = used.get(account);
      const spentNow = before?.minute === minute ? before.units : 0;
      if (perMinute !== null && spentNow + price > perMinute) {
        return { kind: 'exceeded', waitMs: (minute + 1) * 60_000 - now };
      }
      used.set(account, { minute, units: spentNow + price });
      totals.set(account, (totals.get(account) ?? 0) + price);
      return { kind: 'ok' };
    },
    setPerMinute(value) {
      perMinute = value;
    },
    spent: (account) => totals.get(account) ?? 0,
  };
  quotaOf.set(simulator, fresh);
  return fresh;
}
