/** What is written in the messages of sent-messages.ts. */

/** Phrases of several scripts, and what encodings and line lengths break. */
export const scripts = [
  'Grüße aus München, Łódź und Praha: 5 € – „gut“',
  'Ελληνικά, русский язык, українська',
  'שלום לכולם',
  'مرحبا بالعالم',
  '你好,世界。日本語の文章です。한국어',
  'สวัสดีชาวโลก नमस्ते दुनिया',
  '👩🏽‍🚀 🇵🇹 and e\u0301 as two characters',
  'From here on a line that begins with From',
  '.a line with a dot first',
  'an equals sign =3D and =?utf-8?q?no_encoded_word?=',
  `a long word ${'x'.repeat(1_200)}`,
  `a long line ${'with many words '.repeat(100).trim()}`,
];

export const subject =
  'Größe – 日本語の件名がここにありますから長い件名になりますよ本当に – русский – مرحبا – 👩🏽‍🚀 – and words at its end';

type Person = { name: string; address: string };

/** Recipients with names that quoting and encoding must keep; address headers encode domains (IDNA). */
export const addresses: Person[] = [
  { name: 'Müller, Jörg', address: 'joerg@far.example' },
  { name: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=', address: 'word@far.example' },
  { name: 'What =? means ?=', address: 'half@far.example' },
  { name: '李小龙', address: 'li@far.example' },
  { name: 'عبد الله', address: 'abd@far.example' },
  { name: 'O"Brien \\ Sons', address: 'obrien@far.example' },
  { name: 'Ana (Sales); Lisbon: all', address: 'ana@far.example' },
  { name: 'not.this@far.example', address: 'this@far.example' },
  { name: '', address: 'bare@far.example' },
  { name: '😀 Emoji', address: 'emoji@far.example' },
  { name: `Sehr lang ${'Größe und Länge '.repeat(10).trim()}`, address: 'long@far.example' },
  { name: `Plain and long ${'name of many words '.repeat(9).trim()}`, address: 'plain@far.example' },
  { name: "D'Arcy & Co. [Ltd.]", address: "o'neil+tag@far.example" },
];

/** A recipient as a person may type it: a name in quotes (RFC 5322 §3.2.4). */
export function typed({ name, address }: Person): string {
  return name ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>` : address;
}

/** A file, and as what it is sent if not with its name and type. */
export type FileToSend = { name: string; type: string; bytes: Buffer; sentAs?: string; sentName?: string };

const message = (end: string, more = '') =>
  Buffer.from(`From: Kim <kim@far.example>${end}Subject: Inner${more}${end}${end}Hello from inside${end}`);

export const files: FileToSend[] = [
  { name: 'Rechnung März 2026.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4 any') },
  { name: 'forwarded.eml', type: 'message/rfc822', bytes: message('\r\n') },
  {
    name: 'eight bit.eml',
    type: 'message/rfc822',
    bytes: message('\n', ' ä'),
    sentAs: 'application/octet-stream',
  },
  {
    name: 'long line.eml',
    type: 'message/rfc822',
    bytes: message('\r\n', ` ${'x'.repeat(1_100)}`),
    sentAs: 'application/octet-stream',
  },
  {
    name: 'saved page.mht',
    type: 'multipart/related',
    bytes: Buffer.from('--x\r\n\r\nno parts\r\n--x--'),
    sentAs: 'application/octet-stream',
  },
  {
    name: 'piece.eml',
    type: 'message/partial',
    bytes: message('\r\n'),
    sentAs: 'application/octet-stream',
  },
  {
    name: 'einladung.ics',
    type: 'text/calendar',
    bytes: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
  },
  { name: 'seite.html', type: 'text/html', bytes: Buffer.from('<p>Grüße</p>\n') },
  { name: 'text ohne Ende.txt', type: 'text/plain', bytes: Buffer.from('a\nb\r\nc\rd ä') },
  { name: 'empty.txt', type: 'text/plain', bytes: Buffer.alloc(0) },
  {
    name: 'every byte.bin',
    type: 'application/octet-stream',
    bytes: Buffer.from(Array(256).keys().toArray()),
  },
  { name: '=?utf-8?q?a=C3=9Fb?=.txt', type: 'text/plain', bytes: Buffer.from('a word') },
  { name: '請求書 – счёт – فاتورة 👍.txt', type: 'text/plain', bytes: Buffer.from('scripts') },
  { name: `${'long name '.repeat(15)}.txt`, type: 'text/plain', bytes: Buffer.from('long') },
  {
    name: `a"b;c'd%20e=f\\g/h.txt`,
    type: 'text/plain',
    bytes: Buffer.from('signs'),
    sentName: `a"b;c'd%20e=f_g_h.txt`,
  },
  { name: "it's 100% (final) [v2], really.txt", type: 'text/plain', bytes: Buffer.from('more signs') },
];

/** A small PNG; each number gives other bytes. */
export function picture(number: number): Buffer {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  return Buffer.concat([Buffer.from(png, 'base64'), Buffer.from([number])]);
}

export const wholeTemplate = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{message.subject}}</title>
<style>.frame{color:#223344} @media (max-width:600px){.frame{width:100%}}</style></head>
<body><table class="frame" role="presentation"><tr><td>Hallo {{customer.name}}</td></tr>
<tr><td>{{draft.htmlBody}}</td></tr><tr><td>{{{user.signature}}}</td></tr></table></body></html>`;
