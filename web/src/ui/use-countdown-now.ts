import { useEffect, useState } from 'react';

/** The time in ms, told anew each second until `until`, and once then. */
export function useCountdownNow(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (now >= until) return;
    // What is a day away need not be counted; setTimeout takes 24 days at most.
    const wait = until - now > 60_000 ? 30_000 : Math.min(1_000, until - now);
    const timer = setTimeout(() => setNow(Date.now()), wait);
    return () => clearTimeout(timer);
  }, [now, until]);
  return now;
}
