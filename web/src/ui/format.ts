import { locale } from '../locales/messages.ts';

// Making a format costs far more than using it, and a list uses it in every row.
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment as the language in use writes it. */
export function formatDate(at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format.format(at);
}

const numbers = new Map<string, Intl.NumberFormat>();

/** A number as the language in use writes it. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = locale + JSON.stringify(options);
  const format = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
  numbers.set(key, format);
  return format.format(value);
}

/** Names as a sentence lists them: "Ana, Ben and Carla". */
export function formatList(names: string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
