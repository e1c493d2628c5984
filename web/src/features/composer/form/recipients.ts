import type { NameAndAddress } from '../../../api/client.ts';

/** A recipient as text, which the server reads as the same name and address (RFC 5322 §3.2.4). */
export function formatAddress({ name, address }: NameAndAddress): string {
  const plain = name.replace(/\s+/g, ' ').trim();
  if (!plain || plain === address) return address;
  const quoted = /[<>()[\]:;@\\,"]/.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain;
  return `${quoted} <${address}>`;
}

/** The address in a recipient's text, in the form in which addresses are compared. */
export function addressIn(recipient: string): string {
  const text = recipient.trim();
  const inBrackets = text.endsWith('>') ? text.slice(text.lastIndexOf('<') + 1, -1) : text;
  return inBrackets.trim().toLowerCase();
}

/**
 * The recipients in text that was typed or pasted: addresses and names with addresses, separated by lines, commas,
 * semicolons or tabs, as mail programs and spreadsheets copy them. A comma inside a name separates nothing, in quotes
 * or as Outlook writes it (`Silva, Ana <ana@x.com>`). What is no recipient is kept as it is, for the server's words.
 */
export function splitRecipients(text: string): string[] {
  const found: string[] = [];
  let name: string[] = [];
  for (const { piece, end } of pieces(text)) {
    if (piece === '') continue;
    if (piece.includes('@')) {
      // Text before a comma belongs to a name only if a name follows.
      if (name.length > 0 && !/^[^<@]+<[^<>]*>$/.test(piece)) found.push(...name.splice(0));
      found.push(...recipientsIn([...name, piece].join(', ')));
      name = [];
    } else {
      name.push(piece);
      if (end !== ',') found.push(...name.splice(0));
    }
  }
  return [...found, ...name];
}

/** Adds recipients to a field's: each address once. */
export function withRecipients(current: string[], added: string[]): string[] {
  const known = new Set<string>();
  return [...current, ...added].filter((each) => !known.has(addressIn(each)) && known.add(addressIn(each)));
}

/** Whether a text ends within a quoted name. */
export function isInQuotes(text: string): boolean {
  return text.replace(/\\./g, '').split('"').length % 2 === 0;
}

/**
 * The text between separators, with the separator after it; those in quotes, brackets or parentheses count not. An
 * address in angle brackets ends a recipient too: browsers replace the lines of a pasted list by spaces.
 */
function* pieces(text: string): Generator<{ piece: string; end: string }> {
  let piece = '';
  let closing = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (closing === '"' && letter === '\\') {
      piece += letter + (text[at + 1] ?? '');
      at += 1;
    } else if (closing === '' ? /[,;\t\r\n]/.test(letter) : /[\r\n]/.test(letter)) {
      yield { piece: piece.trim(), end: letter };
      piece = '';
      closing = '';
    } else {
      piece += letter;
      if (closing === '') closing = opensAt(text, at) ? brackets[letter]! : '';
      else if (letter === closing) {
        closing = '';
        if (letter !== '>' || !piece.slice(piece.lastIndexOf('<')).includes('@')) continue;
        yield { piece: piece.trim(), end: '' };
        piece = '';
      }
    }
  }
  yield { piece: piece.trim(), end: '' };
}

const brackets: Record<string, string> = { '"': '"', '<': '>', '(': ')', '[': ']' };

/** Whether a quote or bracket begins here that is closed in its line. */
function opensAt(text: string, at: number): boolean {
  const closing = brackets[text[at]!];
  if (!closing) return false;
  const end = text.slice(at + 1, at + 1_000).split(/[\r\n]/, 1)[0]!;
  return end.includes(closing);
}

/** How the address ends a recipient with a name: `Ana <ana@x.com>`, `Ana [mailto:ana@x.com]`, `Ana (ana@x.com)`. */
const addressBrackets = [
  ['<', '>'],
  ['[mailto:', ']'],
  ['(', ')'],
] as const;

/** The recipients of one piece: usually one, several where spaces separate addresses. */
function recipientsIn(piece: string): string[] {
  for (const [open, close] of addressBrackets) {
    const at = piece.endsWith(close) ? piece.toLowerCase().lastIndexOf(open) : -1;
    const address = piece.slice(at + open.length, -close.length).replace(/^mailto:/i, '');
    if (at >= 0 && (open === '<' || address.includes('@')))
      return [formatAddress({ name: unquoted(piece.slice(0, at).trim()), address: address.trim() })];
  }
  const words = piece.split(/\s+/);
  if (words.length > 1 && words.every((word) => word.includes('@'))) return words.flatMap(recipientsIn);
  return [piece.replace(/^mailto:/i, '')];
}

function unquoted(name: string): string {
  const quote = name[0];
  if ((quote !== '"' && quote !== "'") || name.length < 2 || !name.endsWith(quote)) return name;
  return name.slice(1, -1).replace(/\\(.)/g, '$1');
}
