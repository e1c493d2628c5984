import { decodeCharset } from './charsets.ts';
import { decompressRtf, readRtf } from './rtf.ts';
import { readProperties, type TnefProperties } from './tnef-properties.ts';

/** What is inside a winmail.dat: the words of the message, and its files. */
export type TnefContent = {
  subject: string;
  text: string;
  html: string;
  files: TnefFile[];
};
export type TnefFile = { filename: string; mediaType: string; contentId: string | null; bytes: Buffer };

const signature = 0x223e9f78;
/** Attributes (MS-OXTNEF 2.1.3.2), with their types. */
const attribute = {
  subject: 0x00018004,
  body: 0x0002800c,
  messageProperties: 0x00069003,
  codePage: 0x00069007,
  renderingData: 0x00069002,
  title: 0x00018010,
  data: 0x0006800f,
  attachmentProperties: 0x00069005,
};
/** Properties (MS-OXPROPS). */
const property = {
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  codePage: 0x3fde,
  name: 0x3704,
  longName: 0x3707,
  displayName: 0x3001,
  mediaType: 0x370e,
  contentId: 0x3712,
  data: 0x3701,
};

/** Bounds against hostile files. */
const maxAttributes = 10_000;
const maxFiles = 500;
const maxNesting = 5;

/** Whether bytes are a winmail.dat, whatever their declared type. */
export function isTnef(bytes: Uint8Array): boolean {
  return bytes.length > 6 && Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE(0) === signature;
}

/**
 * Opens a winmail.dat, the Transport Neutral Encapsulation Format in which Outlook and Exchange send text and files
 * (MS-OXTNEF). `hint` is the character set of text that names none. Checksums are not compared, because programs
 * write wrong ones. Null if its structure is damaged. Never throws.
 */
export function openTnef(bytes: Buffer, hint = '', depth = 0): TnefContent | null {
  if (!isTnef(bytes) || depth > maxNesting) return null;
  const attributes = readAttributes(bytes);
  if (!attributes) return null;
  const codePage = attributes.find(({ id }) => id === attribute.codePage)?.data;
  const charset = codePage && codePage.length >= 4 ? `cp${codePage.readUInt32LE(0)}` : '';
  const content: TnefContent = { subject: '', text: '', html: '', files: [] };
  const open: Array<{ title: string; data: Buffer | null; properties: TnefProperties | null }> = [];
  const textOf = (data: Buffer) => decodeCharset(withoutZero(data), charset, hint);
  for (const { id, data } of attributes) {
    const file = open.at(-1);
    if (id === attribute.subject) content.subject = textOf(data);
    else if (id === attribute.body) content.text ||= textOf(data);
    else if (id === attribute.messageProperties) addBody(content, readProperties(data), charset, hint);
    else if (id === attribute.renderingData) open.push({ title: '', data: null, properties: null });
    else if (!file) continue;
    else if (id === attribute.title) file.title = textOf(data);
    else if (id === attribute.data) file.data = data;
    else if (id === attribute.attachmentProperties) file.properties = readProperties(data);
  }
  for (const { title, data, properties } of open.slice(0, maxFiles)) {
    const read = (id: number) => properties && stringOf(properties, id, charset, hint);
    const bytesOf = data ?? properties?.get(property.data)?.bytes;
    // Its content is missing: the file was cut off.
    if (!bytesOf) return null;
    const filename =
      read(property.longName) || title || read(property.name) || read(property.displayName) || '';
    // An attached message begins with the id of its interface, 16 bytes.
    const inner = openTnef(bytesOf.subarray(isTnef(bytesOf) ? 0 : 16), hint, depth + 1);
    if (inner && !data) content.files.push(...filesOfMessage(inner, filename));
    else
      content.files.push({
        filename,
        mediaType: (read(property.mediaType) || 'application/octet-stream').toLowerCase(),
        contentId: read(property.contentId) || null,
        bytes: bytesOf,
      });
  }
  content.files.length = Math.min(content.files.length, maxFiles);
  return content;
}

/** The text of an attached message as a file, and its files. */
function filesOfMessage({ subject, text, html, files }: TnefContent, filename: string): TnefFile[] {
  const name = (filename || subject || 'message').replace(/\.msg$/i, '');
  const [mediaType, extension, words] = html ? ['text/html', 'html', html] : ['text/plain', 'txt', text];
  const own = words
    ? [{ filename: `${name}.${extension}`, mediaType, contentId: null, bytes: Buffer.from(words) }]
    : [];
  return [...own, ...files];
}

function addBody(
  content: TnefContent,
  properties: TnefProperties | null,
  charset: string,
  hint: string,
): void {
  if (!properties) return;
  const codePage = properties.get(property.codePage)?.bytes;
  const named = codePage && codePage.length >= 4 ? `cp${codePage.readUInt32LE(0)}` : charset;
  content.text ||= stringOf(properties, property.body, named, hint);
  content.html ||= stringOf(properties, property.html, named, hint);
  const rtf = properties.get(property.rtf)?.bytes;
  if (rtf && !content.text && !content.html) Object.assign(content, readRtf(decompressRtf(rtf), hint));
}

function stringOf(properties: TnefProperties, id: number, charset: string, hint: string): string {
  const found = properties.get(id);
  if (!found) return '';
  const text = found.unicode
    ? new TextDecoder('utf-16le').decode(found.bytes)
    : decodeCharset(withoutZero(found.bytes), charset, hint);
  return text.replace(/(?<!\0)\0+$/, '');
}

function withoutZero(data: Buffer): Buffer {
  const end = data.indexOf(0);
  return end < 0 ? data : data.subarray(0, end);
}

/** The attributes after the signature and the key: level, id, length, data, checksum; null if a length exceeds the bytes. */
function readAttributes(bytes: Buffer): Array<{ id: number; data: Buffer }> | null {
  const found: Array<{ id: number; data: Buffer }> = [];
  for (let at = 6; at + 9 <= bytes.length && found.length < maxAttributes; ) {
    const id = bytes.readUInt32LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    const from = at + 9;
    if (from + length > bytes.length) return null;
    found.push({ id, data: bytes.subarray(from, from + length) });
    at = from + length + 2;
  }
  return found;
}
