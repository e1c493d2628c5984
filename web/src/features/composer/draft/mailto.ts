import type { DraftContent } from './draft-content.ts';

/** What a link may bring along at most; longer parts are cut off. */
const most = { link: 20_000, recipients: 50, subject: 500 };

/**
 * What a `mailto:` link says of a message (RFC 6068), as the content of a draft; null if it is no such link. To, Cc,
 * Subject and Body are taken. All other fields are ignored (section 4): no link attaches a file, chooses the sender
 * or adds a recipient that is not seen (Bcc).
 */
export function readMailto(href: string): Pick<DraftContent, 'to' | 'cc' | 'subject' | 'html'> | null {
  const [, addresses = '', fields = ''] =
    /^mailto:([^?#]*)(?:\?([^#]*))?/i.exec(href.slice(0, most.link)) ?? [];
  if (!/^mailto:/i.test(href)) return null;
  const valuesOf = new Map<string, string[]>();
  for (const field of fields.split('&')) {
    const [name = '', ...value] = field.split('=');
    const key = decode(name).toLowerCase();
    valuesOf.set(key, [...(valuesOf.get(key) ?? []), value.join('=')]);
  }
  const recipients = (name: string, first: string[] = []) =>
    [...first, ...(valuesOf.get(name) ?? [])].flatMap(readAddresses).slice(0, most.recipients);
  return {
    to: recipients('to', [addresses]),
    cc: recipients('cc'),
    subject: oneLine(decode(valuesOf.get('subject')?.[0] ?? '')).slice(0, most.subject),
    html: toHtml(decode(valuesOf.get('body')?.[0] ?? '')),
  };
}

/** Addresses are separated by commas; a comma within one is encoded. */
function readAddresses(list: string): string[] {
  return list
    .split(',')
    .map((one) => oneLine(decode(one)))
    .filter((one) => /^[^\s@<>]+@[^\s@<>]+$/.test(one));
}

/** A `+` is no space here, unlike in forms. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A header field has no line breaks or other control characters. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function toHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return escaped
    .split(/\r\n|\r|\n/)
    .map((line) => `<p>${line}</p>`)
    .join('')
    .replace(/^<p><\/p>$/, '');
}
