const minute = 60_000;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** "now", "3 min", "14:05" today, "Tue 14:05" within a week, "3 Nov", "3 Nov 2025". */
export function shortTime(at: Date, now: Date): string {
  const since = now.getTime() - at.getTime();
  if (since > -minute && since < minute) return 'now';
  if (since > 0 && since < 60 * minute) return `${Math.floor(since / minute)} min`;
  return clockTime(at, now);
}

/** The same for a moment that a sentence names ("since 14:05"): never how long ago it was. */
export function clockTime(at: Date, now: Date): string {
  const since = now.getTime() - at.getTime();
  const sameDay = at.toDateString() === now.toDateString();
  if (sameDay) return clock.format(at);
  if (Math.abs(since) < 6 * 24 * 60 * minute) return `${weekday.format(at)} ${clock.format(at)}`;
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
}
