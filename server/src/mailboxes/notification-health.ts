import type { StoredRefusal } from '../database/schema.ts';

/** What is known about hearing of a mailbox's news. */
export type HearingFacts = {
  watchExpiresAt: Date | null;
  watchProblem: string | null;
  heardAt: Date | null;
  missedAt: Date | null;
  /** Why notifications reach this deployment not at all; null where they do. */
  problem: StoredRefusal | null;
};

/**
 * Whether notifications about a mailbox can be relied on: Gmail watches it, they reach this deployment,
 * and the last news that came unannounced has been followed by one.
 */
export function hears(
  { watchExpiresAt, heardAt, missedAt, problem }: Omit<HearingFacts, 'watchProblem'>,
  now: Date,
): boolean {
  if (problem || !heardAt || !watchExpiresAt || watchExpiresAt <= now) return false;
  return !missedAt || heardAt > missedAt;
}

/**
 * How news of a mailbox gets here, as its admins are told: announced by Google, or looked for every few
 * seconds. `problem`: why it is not announced although it should be.
 */
export type HearingView = {
  how: 'announced' | 'looking';
  problem: { sentence: string; remedy: string } | null;
};

export function hearingView(facts: HearingFacts, now: Date): HearingView {
  if (hears(facts, now)) return { how: 'announced', problem: null };
  return { how: 'looking', problem: problemOf(facts, now) };
}

function problemOf({ watchExpiresAt, watchProblem, heardAt, missedAt, problem }: HearingFacts, now: Date) {
  const meanwhile = 'Nothing to do: Postroom looks every few seconds until Google announces new mail again.';
  // Neither watched nor tried: no topic is configured, and looking is how it is meant.
  if (!watchExpiresAt && !watchProblem) return null;
  if (problem) return { sentence: problem.sentence, remedy: problem.remedy };
  if (watchProblem) return { sentence: watchProblem, remedy: meanwhile };
  if (watchExpiresAt && watchExpiresAt <= now) {
    return { sentence: 'The watch of this address at Gmail has ended.', remedy: meanwhile };
  }
  if (missedAt && heardAt)
    return { sentence: 'Google did not announce the last new mail.', remedy: meanwhile };
  return null; // watched just now: the first announcement is on its way
}
