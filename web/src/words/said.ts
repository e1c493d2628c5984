/** What the server says in English, in another language; `{}` or `{1}`, `{2}` stand for what changes. */
export type Sentences = Record<string, string>;

type Pattern = { pattern: RegExp; said: string };
const patternsOf = new WeakMap<Sentences, Pattern[]>();

/** A sentence of the server in the language of these sentences; one that is not among them stays English. */
export function said(sentence: string, sentences: Sentences): string {
  const exact = sentences[sentence];
  if (exact !== undefined) return exact;
  for (const { pattern, said: words } of patterns(sentences)) {
    const found = pattern.exec(sentence);
    // What changes may be a sentence itself.
    if (found)
      return filled(
        words,
        found.slice(1).map((part) => said(part, sentences)),
      );
  }
  return sentence;
}

/** All that an answer of the server says to people, wherever it stands in it: `sentence` and `remedy`. */
export function translated<T>(answer: T, sentences: Sentences): T {
  if (Array.isArray(answer)) return answer.map((part) => translated(part, sentences)) as T;
  if (answer === null || typeof answer !== 'object') return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      typeof value === 'string' && (name === 'sentence' || name === 'remedy')
        ? said(value, sentences)
        : translated(value, sentences),
    ]),
  ) as T;
}

/** The one with the most words of its own is tried first: it says the most. */
function patterns(sentences: Sentences): Pattern[] {
  const known = patternsOf.get(sentences);
  if (known) return known;
  const made = Object.entries(sentences)
    .filter(([english]) => english.includes('{}'))
    .sort(([one], [other]) => other.length - one.length)
    .map(([english, words]) => ({
      pattern: new RegExp(`^${english.split('{}').map(literally).join('(.+)')}$`, 's'),
      said: words,
    }));
  patternsOf.set(sentences, made);
  return made;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function filled(words: string, parts: string[]): string {
  let next = 0;
  return words.replace(
    /\{(\d?)\}/g,
    (_, number: string) => parts[number ? Number(number) - 1 : next++] ?? '',
  );
}
