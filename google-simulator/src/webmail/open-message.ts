import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { escapeHtml } from '../html.ts';
import { rawOf } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';

export type Part = { name: string; type: string; contentId: string | null; content: Buffer };

/** A message opened for reading or answering. */
export type Opened = {
  from: Address[];
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  subject: string;
  messageId: string | null;
  references: string[];
  /** Its HTML, or its text as HTML. */
  html: string;
  text: string;
  parts: Part[];
};

/** Opens a stored message; nested messages stay attachments. */
export async function openMessage(simulator: Simulator, account: string, id: string): Promise<Opened> {
  const mail: Email = await PostalMime.parse(rawOf(simulator, account, id), {
    forceRfc822Attachments: true,
    attachmentEncoding: 'arraybuffer',
  });
  const text = mail.text ?? '';
  return {
    from: mail.from ? [mail.from] : [],
    replyTo: mail.replyTo ?? [],
    to: mail.to ?? [],
    cc: mail.cc ?? [],
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? null,
    references: mail.references?.split(/\s+/).filter(Boolean) ?? [],
    html: mail.html ?? `<div style="white-space:pre-wrap">${escapeHtml(text)}</div>`,
    text: text || (mail.html ?? '').replace(/<[^>]*>/g, ' '),
    parts: mail.attachments.map(partOf),
  };
}

function partOf(attachment: Attachment, at: number): Part {
  const { content } = attachment;
  return {
    name: attachment.filename ?? `part-${at + 1}`,
    type: attachment.mimeType,
    contentId: attachment.contentId?.replace(/^<|>$/g, '') ?? null,
    content: typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer),
  };
}

/** Whether the HTML refers to this part. */
export function isInline(part: Part, html: string): boolean {
  return part.contentId !== null && html.includes(`cid:${part.contentId}`);
}

/** The HTML with its `cid:` images (RFC 2392) at URLs of the simulator. */
export function withPictures(opened: Opened, hrefOf: (part: number) => string): string {
  let html = opened.html;
  opened.parts.forEach((part, at) => {
    if (part.contentId !== null) html = html.replaceAll(`cid:${part.contentId}`, hrefOf(at));
  });
  return html;
}

/** The people in a header as one line: names with addresses. */
export function people(addresses: Address[]): string {
  return flat(addresses)
    .map(({ name, address }) => (name ? `${name} <${address}>` : address))
    .join(', ');
}

/** Replaces groups by their members. */
export function flat(addresses: Address[]): { name: string; address: string }[] {
  return addresses.flatMap((one) => one.group ?? [{ name: one.name, address: one.address ?? '' }]);
}
