import { useEffect, useState } from 'react';

/** The current time in milliseconds, updated each second until `until`. */
export function useCountdownNow(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (now >= until) return;
    // No countdown over more than a day; also, setTimeout takes 24 days at most.
    const wait = until - now > 60_000 ? 30_000 : Math.min(1_000, until - now);
    const timer = setTimeout(() => setNow(Date.now()), wait);
    return () => clearTimeout(timer);
  }, [now, until]);
  return now;
}
