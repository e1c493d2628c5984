import { GB } from 'chrono-node/en';
import type { TypedTimeLanguage } from '../typed-time-language.ts';

export default {
  parse: (text, now) => GB.parse(text, now, { forwardDate: true }),
  nextWeek: /^next week$/i,
  // "3h" is a duration.
  hourOnly: /^(\d{1,2})(?:[:.](\d\d))?\s*(?:o.clock)?$/i,
  dayParts: [
    [/\b(noon|midday)\b/i, 12],
    [/\bafternoon\b/i, 14],
    [/\bevening\b/i, 18],
    [/\b(tonight|night)\b/i, 20],
  ],
  ignoredWords: /\b(at|on|the|this|next|coming|until|till|by|morning)\b|[\s,.]/gi,
} satisfies TypedTimeLanguage;
