import { useEffect, useState } from 'react';
import { formatDate } from './format.ts';
import { formatShortTime } from './format-short-time.ts';
import { Hint } from './hint.tsx';
import { usePrinting } from './use-printing.ts';

const fullFormat = { dateStyle: 'full', timeStyle: 'short' } as const;

const printFormat = { dateStyle: 'medium', timeStyle: 'short' } as const;

/** A relative time that updates itself, with the exact one as its title, and in its place on paper. */
export function RelativeTime({ at }: { at: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(at);
  const printing = usePrinting();
  return (
    <Hint label={formatDate(date, fullFormat)} delay={400}>
      <time dateTime={at}>{printing ? formatDate(date, printFormat) : formatShortTime(date, now)}</time>
    </Hint>
  );
}
