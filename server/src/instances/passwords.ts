import { createProblem, type Problem } from '../problems.ts';
import { commonWords, keyboardSequences } from './common-passwords.ts';

/**
 * In characters (NIST SP 800-63B-4 §3.1.1.2 asks for 15, or 8 with a second factor, and to accept at least
 * 64).
 */
export const passwordLength = { min: 12, max: 128 };

/** How many characters must remain without common words and the person's own name and address. */
const minRemaining = 6;

/**
 * The problem of a password; null for a good one. Length decides: there are no rules of composition, but the
 * passwords that attackers try first are rejected. No network is used.
 */
export function passwordProblem(password: string, person: { name: string; email: string }): Problem | null {
  const characters = [...password].length;
  if (characters < passwordLength.min) return tooShort;
  if (characters > passwordLength.max) return tooLong;
  const normalized = password.normalize('NFKC').toLowerCase();
  if (isRepeated(normalized) || isKeyboardSequence(normalized)) return tooCommon;
  const common = [...commonWords];
  if (
    remainingLength(normalized, common) < minRemaining ||
    remainingLength(folded(normalized), common) < minRemaining
  )
    return tooCommon;
  const personal = personalWords(person);
  if (
    remainingLength(normalized, personal) < minRemaining ||
    remainingLength(folded(normalized), personal.map(folded)) < minRemaining
  )
    return containsPersonalWords;
  return null;
}

/** A short piece repeated: `abcabcabcabc`. */
function isRepeated(password: string): boolean {
  for (let period = 1; period <= 4; period += 1) {
    if (
      password ===
      password
        .slice(0, period)
        .repeat(Math.ceil(password.length / period))
        .slice(0, password.length)
    )
      return true;
  }
  return false;
}

/** Most of it runs along a row, forwards or backwards. */
function isKeyboardSequence(password: string): boolean {
  let covered = 0;
  for (let at = 0; at < password.length; ) {
    const piece = longestSequence(password.slice(at));
    if (piece >= 4) covered += piece;
    at += Math.max(piece, 1);
  }
  return password.length - covered < minRemaining;
}

function longestSequence(text: string): number {
  const rows = keyboardSequences.flatMap((row) => [row, [...row].reverse().join('')]);
  let length = 1;
  while (length < text.length && rows.some((row) => row.includes(text.slice(0, length + 1)))) length += 1;
  return length;
}

/** Digits and signs at the end, which people add to a rejected word. */
const trailingDigitsAndSigns = /(?<![\d!-/:-@[-`{-~])[\d!-/:-@[-`{-~]+$/;

const lookAlikes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Removes digits and signs at the end and reads the others as the letters they replace. */
function folded(text: string): string {
  return text
    .replace(trailingDigitsAndSigns, '')
    .replace(/[0134578@$!]/g, (sign) => lookAlikes[sign] ?? sign);
}

/** How many characters remain without these words and what follows them; Infinity if it has none of them. */
function remainingLength(text: string, wordList: string[]): number {
  let remaining = text;
  for (const word of wordList.toSorted((a, b) => b.length - a.length)) {
    if (word.length >= 3) remaining = remaining.replaceAll(word, ' ');
  }
  if (remaining === text) return Number.POSITIVE_INFINITY;
  return [...remaining.replace(trailingDigitsAndSigns, '').replace(/\s/g, '')].length;
}

function personalWords({ name, email }: { name: string; email: string }): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const parts = `${name.toLowerCase()} ${local} ${domain}`.split(/[^\p{L}\p{N}]+/u);
  return [
    email.toLowerCase(),
    local,
    domain,
    name.toLowerCase(),
    name.toLowerCase().replace(/\s/g, ''),
    ...parts,
  ];
}

const _passphraseAdvice = 'Three or four words that do not belong together make a good one.';
const tooShort = createProblem(400, 'password-too-short', { least: passwordLength.min });
const tooLong = createProblem(400, 'password-too-long', { most: passwordLength.max });
const tooCommon = createProblem(400, 'password-too-common');
const containsPersonalWords = createProblem(400, 'password-contains-name');
