import { utf16Label } from './unlabelled-text.ts';

/** The first bytes (latin1) of the formats that are previewed. */
const signatures: Array<[type: string, beginning: RegExp]> = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF.{4}WEBP/s],
  ['image/avif', /^.{4}ftypavi[fs]/s],
  ['image/bmp', /^BM.{4}\0\0\0\0/s],
  // ISO 32000-1, 7.5.2; readers accept it within the first bytes.
  ['application/pdf', /^.{0,100}?%PDF-\d/s],
];

/** The media types of text files, by the end of their names. */
const textTypes: Record<string, string> = {
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  xml: 'application/xml',
  yaml: 'text/plain',
  yml: 'text/plain',
  ini: 'text/plain',
  sql: 'text/plain',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  srt: 'text/plain',
};

/** Types by which a program says that it does not know the type. */
const unspecific =
  /^(application\/(octet-stream|x-octet-stream|binary|x-unknown|unknown|download|force-download|x-download|x-msdownload)|text\/plain|)$/;

/**
 * The media type of a file by its content, where that is plain, else the declared one: many programs declare
 * photos and documents as application/octet-stream, or by types that do not exist.
 */
export function fileTypeOf(declared: string, filename: string, bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString(
    'latin1',
  );
  const known = signatures.find(([, beginning]) => beginning.test(head));
  if (known) return known[0];
  if (!unspecific.test(declared)) return declared;
  const extension = /\.([a-z]{2,5})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (extension === 'eml' && looksLikeMessage(head)) return 'message/rfc822';
  const text = textTypes[extension];
  return declared !== 'text/plain' && text && looksLikeText(bytes, head) ? text : declared;
}

/** Whether bytes (latin1) begin with a header field as a message does. */
function looksLikeMessage(head: string): boolean {
  return (
    /^(\xef\xbb\xbf)?(>?From [^\n]*\n)?[!-9;-~]+:[ \t\r\n]/.test(head) &&
    /^(from|subject|date|received|message-id|to):/im.test(head)
  );
}

function looksLikeText(bytes: Uint8Array, head: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text has not
  return utf16Label(bytes) !== null || !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head);
}
