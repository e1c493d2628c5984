import { locale } from '../locales/messages.ts';
import { withClock } from './clock.ts';

// Formatters are cached: creating one is expensive, and lists format in every row.
const formats = new Map<string, Intl.DateTimeFormat>();

/** A date in the current language. */
export function formatDate(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, withClock(options, locale));
  formats.set(key, format);
  return format.format(at);
}

const numbers = new Map<string, Intl.NumberFormat>();

/** A number in the current language. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = locale + JSON.stringify(options);
  const format = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
  numbers.set(key, format);
  return format.format(value);
}

/** A list of names for a sentence: "Ana, Ben and Carla". */
export function formatList(names: string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
