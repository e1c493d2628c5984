const key = 'postroom clock';

/** How times of day are written: as the reader's own locale does, or as chosen in this browser. */
export const clockChoices = ['auto', '12', '24'] as const;
export type ClockChoice = (typeof clockChoices)[number];

export function clockChoice(): ClockChoice {
  try {
    const stored = localStorage.getItem(key);
    return clockChoices.find((one) => one === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Chooses the clock for this browser; the page is loaded again with it. */
export function chooseClock(choice: ClockChoice): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // A browser that keeps nothing goes by its locale.
  }
  location.reload();
}

/**
 * The hour cycle (ECMA-402) of a choice. By itself it is that of the first of the browser's locales in the language
 * of the page: an American reader of English has 12 hours, though the page's own English is written with 24.
 */
export function hourCycleOf(
  choice: ClockChoice,
  { locale, locales }: { locale: string; locales: readonly string[] },
): 'h12' | 'h23' {
  if (choice !== 'auto') return choice === '12' ? 'h12' : 'h23';
  const language = locale.split('-')[0];
  const own = locales.find((one) => one.split('-')[0] === language && one.includes('-'));
  const { hourCycle } = new Intl.DateTimeFormat(own ?? locale, { hour: 'numeric' }).resolvedOptions();
  return hourCycle === 'h11' || hourCycle === 'h12' ? 'h12' : 'h23';
}

/** The options of a date's format, with the reader's clock if it shows a time. */
export function withClock(options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormatOptions {
  if (options.hour === undefined && options.timeStyle === undefined) return options;
  const locales =
    typeof navigator === 'undefined' || typeof localStorage === 'undefined' ? [] : navigator.languages;
  const hourCycle = hourCycleOf(clockChoice(), { locale, locales });
  return { ...options, hourCycle, ...(options.hour && hourCycle === 'h12' && { hour: 'numeric' as const }) };
}
