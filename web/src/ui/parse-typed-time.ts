import { language as languageInUse } from '../locales/messages.ts';
import type { TypedTimeLanguage } from './typed-time-language.ts';

// Loaded when the user starts typing.
const files = import.meta.glob<TypedTimeLanguage>('./typed-time/*.ts', { import: 'default' });
const load = (language: string) => (files[`./typed-time/${language}.ts`] ?? files['./typed-time/en.ts']!)();

/** The hour meant by a date without a time. */
const defaultHour = 9;

/**
 * Parses a time typed in the language of the page: "tomorrow 9", "in 3 hours", "fr 14:00"; in English where
 * typed-time/ has no file for the language. null where a part of the text is not understood. The time may be in
 * the past.
 */
export async function parseTypedTime(
  typed: string,
  now: Date,
  language: string = languageInUse,
): Promise<Date | null> {
  const { parse, normalize, nextWeek, hourOnly, dayParts, ignoredWords } = await load(language);
  const trimmed = typed.trim().replace(/\s+/g, ' ');
  const text = normalize?.(trimmed, now) ?? trimmed;
  if (text === '') return null;
  if (nextWeek.test(text)) return dateAt(now, (8 - now.getDay()) % 7 || 7, defaultHour);
  const clockTime = parseClock(text, hourOnly);
  if (clockTime) {
    const today = dateAt(now, 0, ...clockTime);
    return today > now ? today : dateAt(now, 1, ...clockTime);
  }
  const [found] = parse(text, now);
  if (!found) return null;
  const date = found.start.date();
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found.text.length)}`
    .replace(ignoredWords, ' ')
    .trim();
  if (found.start.isCertain('hour')) return rest === '' ? date : null;
  const namedHour = dayParts.find(([part]) => part.test(text))?.[1];
  const hour = parseClock(rest, hourOnly);
  if (!hour && dayParts.reduce((left, [part]) => left.replace(part, ''), rest).trim() !== '') return null;
  date.setHours(...(hour ?? ([namedHour ?? defaultHour, 0] as const)), 0, 0);
  return date;
}

function parseClock(text: string, hourOnly: RegExp): [hour: number, minute: number] | null {
  const [, hour, minute = '0'] = hourOnly.exec(text) ?? [];
  const time: [number, number] = [Number(hour), Number(minute)];
  return hour !== undefined && time[0] < 24 && time[1] < 60 ? time : null;
}

function dateAt(now: Date, days: number, hour: number, minute = 0): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
}
