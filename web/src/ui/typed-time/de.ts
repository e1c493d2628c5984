import { casual } from 'chrono-node/de';
import type { TypedTimeLanguage } from '../typed-time-language.ts';

export default {
  parse: (text, now) => casual.parse(text, now, { forwardDate: true }),
  normalize: withYear,
  nextWeek: /^(nächste woche|kommende woche)$/i,
  hourOnly: /^(\d{1,2})(?:[:.](\d\d))?\s*(?:uhr)?$/i,
  dayParts: [
    [/\bmittags?\b/i, 12],
    [/\bnachmittags?\b/i, 14],
    [/\babends?\b/i, 18],
    [/\bnachts?\b/i, 20],
  ],
  ignoredWords:
    /\b(um|am|den|bis|ab|gegen|nächste[nrms]?|kommende[nrms]?|diese[nrms]?|vormittags?|morgens?)\b|früh|[\s,.]/gi,
} satisfies TypedTimeLanguage;

/** Adds the year of the next such date to "24.12.": chrono-node requires one. */
function withYear(text: string, now: Date): string {
  return text.replace(/\b(\d{1,2})\.(\d{1,2})\.(?!\d)/, (_all, day, month) => {
    const year = now.getFullYear();
    const isPast = new Date(year, Number(month) - 1, Number(day) + 1) <= now;
    return `${day}.${month}.${isPast ? year + 1 : year}`;
  });
}
