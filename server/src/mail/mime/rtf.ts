import { escapeHtml } from '../html/escape-html.ts';
import { decodeCharset } from './charsets.ts';

/** What the dictionary begins with (MS-OXRTFCP 2.1.2.1). */
const presetDictionary =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const maxBytes = 10 * 1024 * 1024;

/** Decompresses RTF as Outlook stores it (MS-OXRTFCP 2.2); what is damaged is left out. */
export function decompressRtf(compressed: Buffer): Buffer {
  if (compressed.length < 16) return Buffer.alloc(0);
  const size = Math.min(compressed.readUInt32LE(4), maxBytes);
  const kind = compressed.toString('latin1', 8, 12);
  if (kind === 'MELA') return compressed.subarray(16, 16 + size);
  if (kind !== 'LZFu') return Buffer.alloc(0);
  const dictionary = Buffer.alloc(4096);
  let at = dictionary.write(presetDictionary, 'latin1');
  const output = Buffer.alloc(size);
  let written = 0;
  const put = (byte: number) => {
    output[written++] = byte;
    dictionary[at] = byte;
    at = (at + 1) % 4096;
  };
  for (let from = 16; from < compressed.length && written < size; ) {
    const control = compressed[from++]!;
    for (let bit = 0; bit < 8 && from < compressed.length && written < size; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(compressed[from++]!);
        continue;
      }
      const reference = (compressed[from]! << 8) | (compressed[from + 1] ?? 0);
      from += 2;
      const offset = reference >> 4;
      if (offset === at) return output.subarray(0, written);
      const length = (reference & 15) + 2;
      for (let index = 0; index < length && written < size; index += 1)
        put(dictionary[(offset + index) % 4096]!);
    }
  }
  return output.subarray(0, written);
}

/** Groups whose text is not part of the document. */
const hiddenGroups = new Set(
  'fonttbl colortbl stylesheet info pict object header footer generator listtable listoverridetable rsidtbl themedata xmlnstbl datastore'.split(
    ' ',
  ),
);
const breaks: Record<string, string> = {
  par: '\n',
  line: '\n',
  row: '\n',
  sect: '\n',
  page: '\n',
  cell: '\t',
  tab: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
};

type Group = { hidden: boolean; isTag: boolean; skipped: number };

const maxNesting = 1_000;
const token =
  /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\/gi;

/**
 * The words of an RTF document, or the HTML that a program put into RTF (MS-OXRTFEX), with the words between. Reads
 * in one pass. `hint` is the character set of bytes if the document names none.
 */
export function readRtf(rtf: Buffer, hint: string): { html: string } | { text: string } {
  const source = rtf.toString('latin1');
  const isHtml = /\\fromhtml1\b/.test(source.slice(0, 2_000));
  const codePage = /\\ansicpg(\d{3,5})/.exec(source.slice(0, 2_000))?.[1];
  const charset = codePage ? `windows-${codePage}` : '';
  const pieces: string[] = [];
  const groups: Group[] = [];
  let group: Group = { hidden: false, isTag: false, skipped: 1 };
  let htmlRtf = false;
  let bytes: number[] = [];
  let toSkip = 0;
  const flush = () => {
    if (bytes.length === 0) return;
    add(decodeCharset(Uint8Array.from(bytes), charset, hint));
    bytes = [];
  };
  const add = (text: string) => {
    if (!group.hidden && !htmlRtf) pieces.push(isHtml && !group.isTag ? escapeHtml(text) : text);
  };
  for (const [, word, parameter, hex, sign, brace, text] of source.matchAll(token)) {
    if (hex !== undefined) {
      if (toSkip > 0) toSkip -= 1;
      else bytes.push(Number.parseInt(hex, 16));
      continue;
    }
    flush();
    if (brace === '{') {
      if (groups.length < maxNesting) groups.push(group);
      group = { ...group };
    } else if (brace === '}') group = groups.pop() ?? group;
    else if (sign === '*') group.hidden = true;
    else if (sign !== undefined) add(sign === '~' ? '\u00a0' : /[{}\\]/.test(sign) ? sign : '');
    else if (word === 'htmltag') group = { ...group, hidden: false, isTag: true };
    else if (word === 'htmlrtf') htmlRtf = parameter !== '0';
    else if (word === 'uc') group.skipped = Math.min(Number(parameter ?? 1), 10);
    else if (word === 'u') {
      add(String.fromCharCode(Number(parameter ?? 0) & 0xffff));
      toSkip = group.skipped;
    } else if (word !== undefined) {
      if (hiddenGroups.has(word)) group.hidden = true;
      add(breaks[word] ?? '');
    } else if (text !== undefined) {
      add(text.slice(toSkip));
      toSkip = 0;
    }
  }
  flush();
  const words = pieces.join('').trim();
  return isHtml ? { html: words } : { text: words };
}
