import { expect, test } from 'vitest';
import { formatEventTime } from './format-event-time.ts';

const at = (start: string | null, end: string | null, timeZone: string | null = null) =>
  formatEventTime({ start, end, timeZone }, 'Europe/Berlin').replace(/[\u2009\u202f\u00a0]/g, ' ');

test('event times: in the reader’s zone, whole days, unknown zones as written', () => {
  expect(at('2026-07-01T08:00:00Z', '2026-07-01T09:30:00Z')).toMatch(
    /Wed, 1 Jul 2026.*10:00.*11:30.*CEST|GMT\+2/,
  );
  expect(at('2026-07-01', '2026-07-01')).toBe('Wed, 1 Jul 2026');
  expect(at('2026-07-01', '2026-07-02')).toMatch(/1.*2 Jul 2026/);
  expect(at('2026-07-01T10:00:00', null, 'Nowhere')).toMatch(/Wed, 1 Jul 2026.*10:00 \(Nowhere\)/);
  expect(at('2026-07-01T10:00:00Z', '2026-06-01T10:00:00Z')).toMatch(/1 Jul/);
  expect(at(null, null)).toBe('');
});
