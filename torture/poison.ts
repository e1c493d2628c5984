import type { FaultKind } from '../google-simulator/src/faults.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';

/** How Gmail answers for a poisoned message, always. */
const kinds: FaultKind[] = ['500', '503', 'no-raw', '400', 'precondition'];

/** Messages that Gmail cannot return, by Message-ID. Some recover during the run, the others never. */
export type Poison = {
  /** Poisons a message before it arrives. */
  add(messageId: string): Promise<void>;
  /** Lets those recover whose time has come; `all`: every one that ever recovers. */
  recover(options?: { all: boolean }): Promise<void>;
  /** Whether Gmail never returns the message: it must be set aside. */
  isUnreadable(messageId: string | null): boolean;
  counts(): { poisoned: number; unreadable: number };
};

export function createPoison(google: SimulatedGoogle, random: SeededRandom): Poison {
  /** When each message recovers (`performance.now()`). */
  const recoversAt = new Map<string, number>();
  const unreadable = new Set<string>();
  let poisoned = 0;
  return {
    async add(messageId) {
      poisoned += 1;
      await google.poison(messageId, random.pick(kinds));
      if (random.maybe(0.3)) unreadable.add(messageId);
      else recoversAt.set(messageId, performance.now() + random.between(2_000, 30_000));
    },
    async recover({ all } = { all: false }) {
      for (const [messageId, at] of recoversAt) {
        if (!all && at > performance.now()) continue;
        recoversAt.delete(messageId);
        await google.cure(messageId);
      }
    },
    isUnreadable: (messageId) => messageId !== null && unreadable.has(messageId),
    counts: () => ({ poisoned, unreadable: unreadable.size }),
  };
}
