import { maskEncodedWords, trimBytes } from './encoded-words.ts';

/** A name and an address (RFC 5322 §3.4, mailbox); the name is empty where none is given. */
export type NameAndAddress = { name: string; address: string };

/** No list of people is longer; a header bomb is. */
const maxListLength = 256 * 1024;
const maxPeople = 10_000;
/** Nothing in quotes, brackets or comments is longer; without a bound, unclosed ones cost the square. */
const maxPhraseLength = 1_000;
const maxUnclosed = 20;

/**
 * The people of an address list as it stands in a message: groups opened, names decoded, routes and
 * comments passed over (RFC 5322 §3.4 and §4.4). What follows no grammar gives what can be had.
 */
export function parseAddressList(value: string): NameAndAddress[] {
  const { masked: shielded, unmask: reveal } = maskEncodedWords(value.slice(0, maxListLength));
  return readAddresses(shielded)
    .map(({ name, address }) => ({ name: reveal(name).trim(), address: reveal(address).trim() }))
    .flatMap((person) => {
      // Some programs encode the address along with the name, though RFC 2047 §5 forbids it.
      if (person.address || !person.name.includes('@')) return [person];
      const within = readAddresses(person.name).filter(({ address }) => address);
      return within.length > 0 ? within : [person];
    })
    .filter(({ name, address }) => name || address);
}

/** What was met of one person. An angle of null: no "<" yet. */
type PartialEntry = { phrase: string; quoted: boolean; comments: string[]; angle: string | null };

function readAddresses(text: string): NameAndAddress[] {
  const people: NameAndAddress[] = [];
  const newEntry = (): PartialEntry => ({ phrase: '', quoted: false, comments: [], angle: null });
  let entry = newEntry();
  const unclosed = { quotes: 0, comments: 0 };
  const groupEnds = text.lastIndexOf(';');
  // `Doe, John <…>` without quotes: the words before the comma belong to the name after it.
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
      // Where a name stands beside, a comment parts words.
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

/** Usually one. Several addresses without commas are several people. */
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

/** An address without what people and programs put around it: a route, `mailto:`, quotes, white space. */
function bareAddress(text: string): string {
  return trimBytes(
    trimBytes(text)
      .replace(/^@[^:<>]*:/, '')
      .replace(/^mailto:/i, '')
      .replace(/^'(.*)'$/, '$1')
      .replace(/[ \t\r\n]*([@.])[ \t\r\n]*/g, '$1'),
  );
}

/** From `"` to its end, without backslashes; null where it has none. */
function quotedString(text: string, from: number): { text: string; end: number } | null {
  let content = '';
  for (let at = from + 1; at < text.length && at - from < maxPhraseLength; at += 1) {
    if (text[at] === '"') {
      // A local part in quotes keeps them: they belong to the address.
      const local = text[at + 1] === '@';
      return { text: local ? text.slice(from, at + 1) : content, end: at };
    }
    if (text[at] === '\\' && at + 1 < text.length) at += 1;
    content += text[at];
  }
  return null;
}

/** A comment with those inside it, which are left out; null where it does not end. */
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

/** What stands between angles, comments left out. One that does not end goes to the next comma. */
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
