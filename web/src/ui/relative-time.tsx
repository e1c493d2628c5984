import { useEffect, useState } from 'react';
import { formatDate } from './format.ts';
import { formatClockTime, formatShortTime } from './format-short-time.ts';
import { Hint } from './hint.tsx';
import { usePrinting } from './use-printing.ts';

const fullFormat = { dateStyle: 'full', timeStyle: 'short' } as const;

const printFormat = { dateStyle: 'medium', timeStyle: 'short' } as const;

/**
 * A relative time that updates itself, with the exact one as its title, and in its place on paper. With `inWords`, where
 * it follows a word such as "since", never a duration.
 */
export function RelativeTime({ at, inWords = false }: { at: string; inWords?: boolean }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(at);
  const printing = usePrinting();
  const shown = inWords ? formatClockTime(date, now) : formatShortTime(date, now);
  return (
    <Hint label={formatDate(date, fullFormat)} delay={400}>
      <time dateTime={at}>{printing ? formatDate(date, printFormat) : shown}</time>
    </Hint>
  );
}
