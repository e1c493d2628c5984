import type { ParsedResult } from 'chrono-node';
import { language as languageInUse } from '../locales/messages.ts';

type Parse = (text: string, now: Date) => ParsedResult[];
type Load = () => Promise<Parse>;

/** The parser of each language, loaded when the user starts typing; English for all others. */
const parsers: { en: Load; [language: string]: Load } = {
  async en() {
    const { GB } = await import('chrono-node/en');
    return (text, now) => GB.parse(text, now, { forwardDate: true });
  },
  async de() {
    const { casual } = await import('chrono-node/de');
    return (text, now) => casual.parse(withYear(text, now), now, { forwardDate: true });
  },
};

/** The hours meant by parts of a day; a date without a time means nine o'clock. */
const dayParts: Array<[RegExp, number]> = [
  [/\b(noon|midday|mittags?)\b/i, 12],
  [/\b(afternoon|nachmittags?)\b/i, 14],
  [/\b(evening|abends?)\b/i, 18],
  [/\b(tonight|night|nachts?)\b/i, 20],
];
const defaultHour = 9;
/** Words that may be left over without changing the meaning. */
const ignoredWords =
  /\b(at|on|the|this|next|coming|until|till|by|morning|um|am|den|bis|ab|gegen|nächste[nrms]?|kommende[nrms]?|diese[nrms]?|vormittags?|morgens?)\b|früh|[\s,.]/gi;
const nextWeek = /^(next week|nächste woche|kommende woche)$/i;
/** An hour alone: "9", "9:30", "9 Uhr"; "3h" is a duration. */
const hourOnly = /^(\d{1,2})(?:[:.](\d\d))?\s*(?:uhr|o.clock)?$/i;

/**
 * Parses a time typed in the language of the page: "tomorrow 9", "in 3 hours", "fr 14:00". null where a part of
 * the text is not understood. The time may be in the past.
 */
export async function parseTypedTime(
  typed: string,
  now: Date,
  language: string = languageInUse,
): Promise<Date | null> {
  const text = typed.trim().replace(/\s+/g, ' ');
  if (text === '') return null;
  if (nextWeek.test(text)) return dateAt(now, (8 - now.getDay()) % 7 || 7, defaultHour);
  const clockTime = parseClock(text);
  if (clockTime) {
    const today = dateAt(now, 0, ...clockTime);
    return today > now ? today : dateAt(now, 1, ...clockTime);
  }
  const [found] = (await (parsers[language] ?? parsers.en)())(text, now);
  if (!found) return null;
  const date = found.start.date();
  const all = language === 'de' ? withYear(text, now) : text;
  const rest = `${all.slice(0, found.index)} ${all.slice(found.index + found.text.length)}`
    .replace(ignoredWords, ' ')
    .trim();
  if (found.start.isCertain('hour')) return rest === '' ? date : null;
  const namedHour = dayParts.find(([part]) => part.test(text))?.[1];
  const hour = parseClock(rest);
  if (!hour && rest.replace(/\b\p{L}+\b/gu, (word) => (isDayPart(word) ? '' : word)).trim() !== '')
    return null;
  date.setHours(...(hour ?? ([namedHour ?? defaultHour, 0] as const)), 0, 0);
  return date;
}

const isDayPart = (word: string) => dayParts.some(([part]) => part.test(word));

function parseClock(text: string): [hour: number, minute: number] | null {
  const [, hour, minute = '0'] = hourOnly.exec(text) ?? [];
  const time: [number, number] = [Number(hour), Number(minute)];
  return hour !== undefined && time[0] < 24 && time[1] < 60 ? time : null;
}

function dateAt(now: Date, days: number, hour: number, minute = 0): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
}

/** Adds the year of the next such date to "24.12.": the library requires one. */
function withYear(text: string, now: Date): string {
  return text.replace(/\b(\d{1,2})\.(\d{1,2})\.(?!\d)/, (_all, day, month) => {
    const year = now.getFullYear();
    const isPast = new Date(year, Number(month) - 1, Number(day) + 1) <= now;
    return `${day}.${month}.${isPast ? year + 1 : year}`;
  });
}
