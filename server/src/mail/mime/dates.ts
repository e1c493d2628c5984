/** The zone names of RFC 5322 §4.3, in minutes ahead of UTC. */
const zones: Record<string, number> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const dateTime =
  /(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})(?:\s+(\d{1,2}):(\d{1,2})(?:[:.](\d{1,2}))?)?\s*([+-]\d{4}|[+-]\d{2}:\d{2}|[a-z]{1,5})?/i;

/** Parses a Date header (RFC 5322 §3.3 and §4.3); null if it is not a date. */
export function parseDate(value: string): Date | null {
  const found = dateTime.exec(value.slice(0, 200).replace(/\([^()]*\)/g, ' '));
  if (!found) return isoDate(value);
  const [, day, monthName, yearText, hour = '0', minute = '0', second = '0', zone = ''] = found;
  const month = months.indexOf(monthName!.toLowerCase());
  // RFC 5322 §4.3: two digits below 50 are 20xx, other two or three digits count from 1900.
  const yearNumber = Number(yearText);
  const year =
    yearText!.length >= 4
      ? yearNumber
      : yearNumber + (yearText!.length === 2 && yearNumber < 50 ? 2000 : 1900);
  if (month < 0 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 24 || Number(minute) > 59)
    return null;
  const utc = Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(utc - offsetMinutes(zone) * 60_000);
  return Number.isNaN(date.getTime()) ? null : date;
}

/**
 * How far the writer's clock is ahead of UTC by a Date header, in minutes; null where it does not say. `-0000` says
 * that it is unknown (RFC 5322 §3.3).
 */
export function utcOffsetOf(value: string): number | null {
  const zone = dateTime.exec(value.slice(0, 200).replace(/\([^()]*\)/g, ' '))?.[7];
  if (!zone || /^-00:?00$/.test(zone)) return null;
  const isNamed = zone.toLowerCase() in zones;
  const minutes = offsetMinutes(zone);
  return (isNamed || /\d/.test(zone)) && Math.abs(minutes) <= 14 * 60 ? minutes : null;
}

function offsetMinutes(zone: string): number {
  const digits = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!digits) return zones[zone.toLowerCase()] ?? 0;
  return (digits[1] === '-' ? -1 : 1) * (Number(digits[2]) * 60 + Number(digits[3]));
}

/** Some programs write ISO 8601. */
function isoDate(value: string): Date | null {
  if (!/^\s*\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|\s*$)/.test(value)) return null;
  const date = new Date(value.trim().slice(0, 40));
  return Number.isNaN(date.getTime()) ? null : date;
}
