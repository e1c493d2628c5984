import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatDate } from './format.ts';
import { formatShortTime } from './format-short-time.ts';

const fullFormat = { dateStyle: 'full', timeStyle: 'short' } as const;

/** A relative time that updates itself, with the exact one as its title. */
export function RelativeTime({ at }: { at: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(at);
  return (
    <Tooltip label={formatDate(date, fullFormat)} openDelay={400}>
      <time dateTime={at}>{formatShortTime(date, now)}</time>
    </Tooltip>
  );
}
