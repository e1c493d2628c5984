import { parseMime } from '../mime/parse-mime.ts';
import { containsMatch, messageContains } from './find-in-file.ts';
import { type Finder, redactHtml, redactText } from './redact-text.ts';

/** Header fields that describe or sign the original MIME structure, which the redacted copy does not keep. */
const mimeFormFields = /^(content-|mime-version$|dkim-signature$|arc-|x-google-dkim-signature$)/i;

/**
 * Redacts a raw message (RFC 5322, RFC 6532). The copy has the header fields without a match, the subject
 * and the bodies redacted; attachments are left out, because they are stored separately. Returns null
 * if nothing is found and `force` is not set, and empty bytes if the message cannot be parsed.
 */
export async function redactRaw(
  raw: Uint8Array,
  find: Finder,
  { force = false }: { force?: boolean } = {},
): Promise<Buffer | null> {
  const mail = await parseMime(raw);
  if (mail.kind === 'unreadable') return force || containsMatch(raw, find) ? Buffer.alloc(0) : null;
  const text = redactText(mail.text ?? '', find);
  const html = mail.html === null ? null : redactHtml(mail.html, find).html;
  const fields = mail.headers.flatMap(({ name, value }) => {
    if (mimeFormFields.test(name)) return [];
    const clean = redactText(value, find);
    if (clean === value) return [`${name}: ${oneLine(value)}`];
    return name.toLowerCase() === 'subject' ? [`${name}: ${oneLine(clean)}`] : [];
  });
  if (!force && !(await messageContains(raw, find))) return null;
  const boundary = 'postroom-redacted';
  const parts = [
    ...(mail.text === null ? [] : [part('text/plain', text)]),
    ...(html === null ? [] : [part('text/html', html)]),
  ];
  const head = [...fields, 'X-Postroom-Redacted: yes', 'MIME-Version: 1.0'].join('\r\n');
  return Buffer.from(
    `${head}\r\nContent-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n${parts
      .map((each) => `--${boundary}\r\n${each}`)
      .join('')}--${boundary}--\r\n`,
  );
}

function part(type: string, content: string): string {
  const body = Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\r\n');
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? ' ' : space));
}
