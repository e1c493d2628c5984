import { maskEncodedWords, trimBytes, withoutControls } from './encoded-words.ts';

/** A name and an address (RFC 5322 §3.4, mailbox); the name is empty where none is given. */
export type NameAndAddress = { name: string; address: string };

/** Real address lists are shorter (characters); the rest of a longer one is ignored. */
const maxListLength = 256 * 1024;
const maxPeople = 10_000;
/** Bounds on quoted strings, comments and angle brackets (characters): unclosed ones would take quadratic time. */
const maxPhraseLength = 1_000;
const maxUnclosed = 20;

/**
 * Parses an address list header (RFC 5322 §3.4 and §4.4; one character for each byte): groups are
 * replaced by their members, names are decoded, routes and comments dropped. Never throws: from a value
 * that violates the grammar it takes the names and addresses it can recognise. `hint`: see decodeHeader.
 */
export function parseAddressList(value: string, hint = ''): NameAndAddress[] {
  const { masked, unmask } = maskEncodedWords(value.slice(0, maxListLength), hint);
  return readAddresses(masked)
    .map(({ name, address }) => ({
      name: withoutControls(unmask(name)).trim(),
      address: withoutControls(unmask(address)).trim(),
    }))
    .flatMap((person) => {
      // Some programs encode the address along with the name, though RFC 2047 §5 forbids it.
      if (person.address || !person.name.includes('@')) return [person];
      const within = readAddresses(person.name).filter(({ address }) => address);
      return within.length > 0 ? within : [person];
    })
    .filter(({ name, address }) => name || address);
}

/** The part of one list entry read so far. `angle` is null until its "<". */
type PartialEntry = { phrase: string; quoted: boolean; comments: string[]; angle: string | null };

function readAddresses(text: string): NameAndAddress[] {
  const people: NameAndAddress[] = [];
  const newEntry = (): PartialEntry => ({ phrase: '', quoted: false, comments: [], angle: null });
  let entry = newEntry();
  const unclosed = { quotes: 0, comments: 0 };
  const groupEnds = text.lastIndexOf(';');
  // `Doe, John <…>` without quotes: the text before the comma is part of the name.
  let namePart = '';
  const finish = (comma = false) => {
    const found = peopleIn(entry);
    const bare = comma && !entry.quoted && found.length === 1 && found[0]!.address === '';
    if (namePart && entry.angle && found[0]) {
      people.pop();
      found[0].name = [namePart, found[0].name].filter(Boolean).join(', ');
    }
    namePart = bare ? found[0]!.name : '';
    if (people.length < maxPeople) people.push(...found);
    entry = newEntry();
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '"') {
      const quoted = unclosed.quotes < maxUnclosed ? quotedString(text, at) : null;
      if (!quoted) unclosed.quotes += 1;
      entry.phrase += quoted ? quoted.text : '"';
      entry.quoted ||= quoted !== null;
      at = quoted ? quoted.end : at;
    } else if (letter === '(') {
      const comment = unclosed.comments < maxUnclosed ? commentAt(text, at) : null;
      if (comment) entry.comments.push(comment.text);
      else unclosed.comments += 1;
      // A comment separates words, except beside the @ of an address.
      entry.phrase += comment
        ? entry.phrase.endsWith('@') || text[comment.end + 1] === '@'
          ? ''
          : ' '
        : '(';
      at = comment ? comment.end : at;
    } else if (letter === '<') {
      if (entry.angle) finish();
      const angle = angleAt(text, at);
      entry.angle = angle.text;
      at = angle.end;
    } else if (letter === '>' && entry.angle !== null) {
      // A second bracket: `<<ana@far.example>>`.
    } else if (letter === ',' || letter === ';') {
      if (letter === ';' && entry.angle === null && !trimBytes(entry.phrase)) entry.comments = [];
      finish(letter === ',');
    } else if (letter === ':' && groupEnds > at && entry.angle === null && !entry.phrase.includes('@')) {
      entry = newEntry();
    } else {
      entry.phrase += letter;
    }
  }
  finish();
  return people;
}

/** The people of one list entry: usually one, several where addresses follow each other without commas. */
function peopleIn({ phrase, quoted, comments, angle }: PartialEntry): NameAndAddress[] {
  const name = trimBytes(phrase.replace(/[ \t\r\n]+/g, ' '));
  const comment = trimBytes(comments.join(' '));
  if (angle !== null) {
    const address = bareAddress(angle);
    return [{ name: name || (address ? comment : ''), address }];
  }
  if (name === '') return [];
  if (!name.includes('@')) return [{ name, address: '' }];
  const joined = name.replace(/ ?@ ?/g, '@');
  const [local, domain, another] = joined.split('@', 3);
  const whole = another === undefined ? `${local}@${domain!.replace(/ ?\. ?/g, '.')}` : joined;
  const pieces = whole.match(quoted ? /"(?:[^"\\]|\\.)*"@[^ ]*|[^ ]+/g : /[^ ]+/g) ?? [];
  if (pieces.length < 2) return [{ name: comment, address: bareAddress(whole) }];
  const addresses = pieces.filter((piece) => /[^@]@[^@]/.test(piece));
  if (addresses.length === 0) return [{ name, address: '' }];
  if (addresses.length === pieces.length)
    return pieces.map((each) => ({ name: '', address: bareAddress(each) }));
  const rest = pieces.filter((piece) => piece !== addresses.at(-1)).join(' ');
  return [{ name: rest || comment, address: bareAddress(addresses.at(-1)!) }];
}

/** An address without a route, `mailto:`, a dot at its end, and brackets, quotes and white space around it. */
function bareAddress(text: string): string {
  return trimBytes(text)
    .replace(/^@[^:<>]*:/, '')
    .replace(/^mailto:/i, '')
    .replace(/^'(.*)'$/, '$1')
    .replace(/^"([^"\\@]*@[^"\\@]*)"$/, '$1')
    .replace(/^\[([^[\]]*)\]$/, '$1')
    .replace(/(?<!\.)\.$/, '')
    .split(/([@.])/)
    .map(trimBytes)
    .join('');
}

/** The quoted string that starts at `from`, unescaped, and the index of its closing quote; null if it is not closed. */
function quotedString(text: string, from: number): { text: string; end: number } | null {
  let content = '';
  for (let at = from + 1; at < text.length && at - from < maxPhraseLength; at += 1) {
    if (text[at] === '"') {
      // The quotes of a local part belong to the address.
      const local = text[at + 1] === '@';
      return { text: local ? text.slice(from, at + 1) : content, end: at };
    }
    if (text[at] === '\\' && at + 1 < text.length) at += 1;
    content += text[at];
  }
  return null;
}

/** The comment that starts at `from`, unescaped, and the index of its closing parenthesis; null if it is not closed. */
function commentAt(text: string, from: number): { text: string; end: number } | null {
  let depth = 0;
  let content = '';
  for (let at = from; at < text.length && at - from < maxPhraseLength; at += 1) {
    const letter = text[at]!;
    if (letter === '\\' && at + 1 < text.length) content += text[++at];
    else if (letter === '(') {
      depth += 1;
      if (depth > 1) content += letter;
    } else if (letter === ')') {
      depth -= 1;
      if (depth === 0) return { text: content, end: at };
      content += letter;
    } else content += letter;
  }
  return null;
}

/** The text between angle brackets without comments. If they are not closed, it ends at the next comma. */
function angleAt(text: string, from: number): { text: string; end: number } {
  let content = '';
  const end = Math.min(text.length, from + maxPhraseLength);
  for (let at = from + 1; at < end; at += 1) {
    const letter = text[at]!;
    if (letter === '>') return { text: content, end: at };
    if (letter === '<') {
      if (/[,;]/.test(content)) break;
      content = '';
    } else if (letter === '(') {
      const comment = commentAt(text, at);
      if (comment) at = comment.end;
    } else if (letter === '"') {
      const quoted = quotedString(text, at);
      content += quoted ? text.slice(at, quoted.end + 1) : '';
      at = quoted ? quoted.end : at;
    } else content += letter;
  }
  const rest = text.slice(from + 1, end);
  const comma = rest.search(/[,;]/);
  return comma < 0 ? { text: rest, end } : { text: rest.slice(0, comma), end: from + comma };
}
