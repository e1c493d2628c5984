import { readHeaders } from './headers.ts';

/** The start of a message's text for a list, from a simplified parse. */
export function snippetOf(raw: Buffer): string {
  const { bodyAt } = readHeaders(raw);
  const text = raw.subarray(bodyAt, bodyAt + 4_000).toString('utf8');
  const part = /Content-Type: text\/plain[\s\S]*?\r?\n\r?\n([\s\S]*?)(\r?\n--|$)/i.exec(text)?.[1] ?? text;
  return part
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
}
