import { type Match, redactionMark } from './redact-text.ts';

/** The prefixes and lengths of the numbers of each card brand (ISO/IEC 7812; the brands' published ranges). */
const brands: Array<{ prefix: RegExp; lengths: number[] }> = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(6011|65|64[4-9])/, lengths: [16, 17, 18, 19] },
  { prefix: /^35(2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { prefix: /^(30[0-5]|3[689])/, lengths: [14, 16] },
  { prefix: /^62/, lengths: [16, 17, 18, 19] },
  { prefix: /^(50|5[678]|63|67)/, lengths: [16, 18, 19] },
];

/** Groups of digits separated by a single space, hyphen or line break, without adjacent letters. */
const digitRuns =
  /(?<![\p{L}\p{N}])\d+(?:(?:[ \u00a0\u2007\u2009\u202f.\-\u2010-\u2013]|[ \t]?\r?\n(?:> ?)*)\d+)*(?![\p{L}\p{N}])/gu;

/**
 * Finds payment card numbers: with the prefix and length of a brand, and a valid check digit (Luhn). The
 * replacements keep the last four digits, by which people identify a card.
 */
export function findCardNumbers(text: string): Match[] {
  const found: Match[] = [];
  for (const run of text.matchAll(digitRuns)) {
    const groups = [...run[0].matchAll(/\d+/g)].map((group) => ({
      digits: group[0],
      start: run.index + group.index,
      end: run.index + group.index + group[0].length,
    }));
    const digitsOfGroups = groups.map(({ digits }) => digits);
    for (let first = 0; first < groups.length; ) {
      const last = findCardEnd(digitsOfGroups, first, (from, to) =>
        text.slice(groups[from]!.end, groups[to]!.start),
      );
      if (last === null) first += 1;
      else {
        const digits = groups
          .slice(first, last + 1)
          .map((group) => group.digits)
          .join('');
        found.push({
          start: groups[first]!.start,
          end: groups[last]!.end,
          replacement: `${redactionMark}${digits.slice(-4)}`,
        });
        first = last + 1;
      }
    }
  }
  return found;
}

/** The index of the last group of the card number that starts with the group `first`; null if there is none. */
function findCardEnd(
  groups: string[],
  first: number,
  between: (from: number, to: number) => string,
): number | null {
  let digits = '';
  let lines = 0;
  for (let last = first; last < groups.length && digits.length < 19; last += 1) {
    // One line break may be within a number; several are a column of numbers.
    if (last > first && between(last - 1, last).includes('\n')) lines += 1;
    if (lines > 1) return null;
    digits += groups[last];
    if (isCard(digits)) return last;
  }
  return null;
}

function isCard(digits: string): boolean {
  return (
    brands.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) &&
    /[1-9].*[1-9]/.test(digits.slice(1)) &&
    passesLuhn(digits)
  );
}

/** The Luhn check (ISO/IEC 7812-1, annex B): from the right, every second digit is doubled; the sum is a multiple of 10. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const twice = at % 2 === 0 ? digit : digit * 2;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
