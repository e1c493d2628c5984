import type { ParsedResult } from 'chrono-node';

/** How moments are typed in one language. Each file of typed-time/ exports one as its default. */
export interface TypedTimeLanguage {
  /** The moments that chrono-node finds in a text, those without a date taken after `now`. */
  parse(text: string, now: Date): ParsedResult[];
  /** Rewrites what chrono-node does not read. */
  normalize?(text: string, now: Date): string;
  nextWeek: RegExp;
  /** An hour alone; the groups are the hour and the minute. */
  hourOnly: RegExp;
  /** The hour that a part of the day means. */
  dayParts: ReadonlyArray<readonly [RegExp, number]>;
  /** What may be typed beside a moment without changing it. */
  ignoredWords: RegExp;
}
