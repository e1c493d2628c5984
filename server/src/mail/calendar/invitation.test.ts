import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { readInvitation } from './invitation.ts';

const calendar = (event: string[], before: string[] = [], method = 'REQUEST') =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `METHOD:${method}`,
    ...before,
    'BEGIN:VEVENT',
    'UID:1',
    ...event,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

/** A Windows time zone with its rules, as Outlook writes it. */
const outlookZone = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  ...['BEGIN:STANDARD', 'DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
  ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10', 'END:STANDARD'],
  ...['BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
  ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT'],
  'END:VTIMEZONE',
];

test('summary, time, location, organizer, recurrence and method', () => {
  const text = calendar([
    'SUMMARY:Review\\, second',
    ' of three',
    'DTSTART:20260301T100000Z',
    'DTEND:20260301T110000Z',
    'LOCATION:Room 1',
    'ORGANIZER;CN="Silva, Ana":mailto:ana@x.example',
    'RRULE:FREQ=WEEKLY',
  ]);
  expect(readInvitation(text)).toEqual({
    method: 'request',
    summary: 'Review, secondof three',
    start: '2026-03-01T10:00:00Z',
    end: '2026-03-01T11:00:00Z',
    timeZone: null,
    location: 'Room 1',
    organizer: { name: 'Silva, Ana', address: 'ana@x.example' },
    repeats: true,
    uid: '1',
  });
  expect(readInvitation(calendar(['DTSTART:20260301T100000Z'], [], 'CANCEL'))?.method).toBe('cancel');
});

test('times by an IANA zone, by VTIMEZONE, and in an unknown zone', () => {
  const start = (zone: string, before: string[] = []) =>
    readInvitation(calendar([`DTSTART;TZID=${zone}:20260701T100000`], before))?.start;
  expect(start('Europe/Berlin')).toBe('2026-07-01T08:00:00Z');
  expect(start('W. Europe Standard Time', outlookZone)).toBe('2026-07-01T08:00:00Z');
  expect(start('W. Europe Standard Time')).toBe('2026-07-01T08:00:00Z');
  expect(start('"tzone://Microsoft/Utc"')).toBe('2026-07-01T10:00:00Z');
  expect(start('eastern standard time')).toBe('2026-07-01T14:00:00Z');
  expect(start('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome"')).toBe('2026-07-01T08:00:00Z');
  expect(start('"(UTC-05:00) Eastern Time (US & Canada)"')).toBe('2026-07-01T14:00:00Z');
  expect(start('"(UTC+09:00) Osaka, Sapporo, Tokyo"')).toBe('2026-07-01T01:00:00Z');
  expect(start('"(UTC+01:00) Nowhere"')).toBe('2026-07-01T10:00:00');
  expect(start('/citadel.example/20260101_1/Europe/Berlin')).toBe('2026-07-01T08:00:00Z');
  expect(start('/citadel.example/Tzfile/Europe/Berlin')).toBe('2026-07-01T08:00:00Z');
  expect(start('/calendars.example/America/Argentina/Salta')).toBe('2026-07-01T13:00:00Z');
  expect(start('Nobody Standard Time')).toBe('2026-07-01T10:00:00');
  const days = calendar(['DTSTART;VALUE=DATE:20260701', 'DTEND;VALUE=DATE:20260703']);
  expect(readInvitation(days)).toMatchObject({ start: '2026-07-01', end: '2026-07-02' });
});

test('a series is shown, wherever its exceptions stand', () => {
  const exception = ['RECURRENCE-ID:20260308T100000Z', 'DTSTART:20260308T150000Z', 'SUMMARY:Moved once'];
  const series = ['DTSTART:20260301T100000Z', 'SUMMARY:Weekly', 'RRULE:FREQ=WEEKLY'];
  const both = ['END:VEVENT', 'BEGIN:VEVENT', 'UID:1'];
  for (const events of [
    [...exception, ...both, ...series],
    [...series, ...both, ...exception],
  ])
    expect(readInvitation(calendar(events))).toMatchObject({ summary: 'Weekly', repeats: true });
  const another = [...exception, 'END:VEVENT', 'BEGIN:VEVENT', 'UID:2', ...series];
  expect(readInvitation(calendar(another))?.summary).toBe('Moved once');
  expect(readInvitation(calendar(exception))?.summary).toBe('Moved once');
});

test('a text that was not folded, and blank lines', () => {
  const text = [
    'DTSTART:20260301T100000Z',
    '',
    'SUMMARY:Lamp',
    'DESCRIPTION:Dear team',
    '',
    'we meet: here, at 10',
    '  soon',
  ];
  expect(readInvitation(calendar([...text, 'LOCATION:Room 1']))).toMatchObject({
    summary: 'Lamp',
    location: 'Room 1',
    start: '2026-03-01T10:00:00Z',
  });
  expect(readInvitation(calendar(['DTSTART:20260301T100000Z', 'SUMMARY:Lamp', '(new)']))?.summary).toBe(
    'Lamp\n(new)',
  );
});

test('an event with a duration has an end', () => {
  const end = (startLine: string, duration: string) =>
    readInvitation(calendar([startLine, `DURATION:${duration}`]))?.end;
  expect(end('DTSTART:20260301T100000Z', 'PT1H30M')).toBe('2026-03-01T11:30:00Z');
  expect(end('DTSTART;TZID=W. Europe Standard Time:20260301T100000', 'P1DT1H')).toBe('2026-03-02T10:00:00Z');
  expect(end('DTSTART;TZID=Nobody Standard Time:20260301T230000', 'PT2H')).toBe('2026-03-02T01:00:00');
  expect(end('DTSTART;VALUE=DATE:20260301', 'P2D')).toBe('2026-03-02');
  expect(end('DTSTART;VALUE=DATE:20260301', 'P1W')).toBe('2026-03-07');
  expect(end('DTSTART:20260301T100000Z', '-PT1H')).toBeNull();
  expect(end('DTSTART:20260301T100000Z', 'P99999999W')).toBeNull();
  expect(end('DTSTART:20260301T100000Z', 'soon')).toBeFalsy();
});

test('invalid calendars are null, and hostile ones take bounded time', async () => {
  const hostile = [
    '',
    'BEGIN:VCALENDAR',
    calendar(['DTSTART:garbage']),
    calendar([]),
    'BEGIN:VCALENDAR\r\n'.repeat(15_000),
    `BEGIN:VCALENDAR${' '.repeat(200_000)}x`,
    `BEGIN:VCALENDAR${'\nx y'.repeat(60_000)}`,
    calendar(
      ['DTSTART;TZID=W. Europe Standard Time:20260701T100000', 'RRULE:FREQ=SECONDLY'],
      outlookZone.map((line) => line.replace('YEARLY', 'SECONDLY')),
    ),
    calendar([`DTSTART;A=${';A='.repeat(60_000)}:20260701T100000Z`]),
    calendar(['DTSTART;TZID=W. Europe Standard Time:99990701T100000'], outlookZone),
  ];
  for (const text of hostile) {
    const took = await leastProcessorTime(() => readInvitation(text), 2_000);
    expect(took, text.slice(0, 200)).toBeLessThan(2_000);
  }
  expect(hostile.slice(0, 7).map(readInvitation)).toEqual(new Array(7).fill(null));
});
