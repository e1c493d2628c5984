import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { createProblem, type Problem } from '../problems.ts';

/**
 * In characters (NIST SP 800-63B-4 §3.1.1.2 asks for 15, or 8 with a second factor, and to accept at least
 * 64).
 */
export const passwordLength = { min: 12, max: 128 };

/** The estimated number of guesses below which a password is rejected, as a power of ten. */
const minGuessesLog10 = 9;

/** How many characters must remain without the person's own name and address. */
const minRemaining = 6;

/**
 * The problem of a password; null for a good one. Length decides: there are no rules of composition, but the
 * passwords that attackers try first are rejected, estimated by zxcvbn. No network is used.
 */
export async function findPasswordProblem(
  password: string,
  person: { name: string; email: string },
): Promise<Problem | null> {
  const characters = [...password].length;
  if (characters < passwordLength.min) return tooShort;
  if (characters > passwordLength.max) return tooLong;
  if (remainingLength(password, person) < minRemaining) return containsPersonalWords;
  const estimate = await loadEstimator();
  const { guessesLog10 } = estimate.check(password.normalize('NFKC'), ['postroom', ...personalWords(person)]);
  return guessesLog10 < minGuessesLog10 ? tooCommon : null;
}

let estimator: Promise<ZxcvbnFactory> | null = null;

/** Loaded when the first password is set: the word lists take about 70 MB of memory. */
function loadEstimator(): Promise<ZxcvbnFactory> {
  estimator ??= (async () => {
    const [{ ZxcvbnFactory }, common, english] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
      import('@zxcvbn-ts/language-en'),
    ]);
    return new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
    });
  })();
  return estimator;
}

/** Digits and signs at the end, which people add to their name. */
const trailingDigitsAndSigns = /(?<![\d!-/:-@[-`{-~])[\d!-/:-@[-`{-~]+$/;

/** How many characters remain without the person's words; Infinity if it has none of them. */
function remainingLength(password: string, person: { name: string; email: string }): number {
  const whole = password.normalize('NFKC').toLowerCase();
  let remaining = whole;
  for (const word of personalWords(person)) remaining = remaining.replaceAll(word, ' ');
  if (remaining === whole) return Number.POSITIVE_INFINITY;
  return [...remaining.replace(trailingDigitsAndSigns, '').replace(/\s/g, '')].length;
}

/** Words of a name and an address with at least three letters, the longest first. */
function personalWords({ name, email }: { name: string; email: string }): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const fullName = name.toLowerCase();
  const parts = `${fullName} ${local} ${domain}`.split(/[^\p{L}\p{N}]+/u);
  return [email.toLowerCase(), local, domain, fullName, fullName.replace(/\s/g, ''), ...parts]
    .filter((word) => word.length >= 3)
    .toSorted((a, b) => b.length - a.length);
}

const tooShort = createProblem(400, 'password-too-short', { least: passwordLength.min });
const tooLong = createProblem(400, 'password-too-long', { most: passwordLength.max });
const tooCommon = createProblem(400, 'password-too-common');
const containsPersonalWords = createProblem(400, 'password-contains-name');
