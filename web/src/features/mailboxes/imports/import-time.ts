import { t } from '../../../locales/messages.ts';

/** How long an import takes, in words: minutes up to two hours, then hours. */
export function importTime(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return minutes <= 120
    ? t('import.minutes', { count: minutes })
    : t('import.hours', { count: Math.ceil(minutes / 60) });
}
