import type { ParsedResult } from 'chrono-node';

/** How times are typed in one language. Each file of typed-time/ exports one as its default. */
export interface TypedTimeLanguage {
  /** The times that chrono-node finds in a text; a time without a date is the next one after `now`. */
  parse(text: string, now: Date): ParsedResult[];
  /** Rewrites what chrono-node does not read. */
  normalize?(text: string, now: Date): string;
  nextWeek: RegExp;
  /** An hour alone; the groups are the hour and the minute. */
  hourOnly: RegExp;
  /** The hours meant by parts of a day. */
  dayParts: ReadonlyArray<readonly [RegExp, number]>;
  /** Words that may be left over without changing the meaning. */
  ignoredWords: RegExp;
}
