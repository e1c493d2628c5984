import { escapeHtml } from '../html.ts';
import { flat, isInline, type Opened, type Part } from './open-message.ts';

export type ReplyDraft = {
  to: string[];
  cc: string[];
  subject: string;
  inReplyTo: string | null;
  references: string[];
};

/** The recipients and subject of a reply, as Gmail fills them in. `own`: the account's addresses in lower case. */
export function createReply(opened: Opened, own: readonly string[], all: boolean): ReplyDraft {
  const mine = (address: string): boolean => own.includes(address.toLowerCase());
  const addresses = (from: Opened['to']): string[] =>
    flat(from).map(({ name, address }) => (name ? `${quotedName(name)} <${address}>` : address));
  const others = (from: Opened['to']): string[] =>
    addresses(flat(from).filter(({ address }) => !mine(address)));
  const sender = opened.replyTo.length > 0 ? opened.replyTo : opened.from;
  // A reply to one's own message goes to its recipients.
  const toSelf = flat(sender).every(({ address }) => mine(address));
  const to = toSelf ? addresses(opened.to) : [...addresses(sender), ...(all ? others(opened.to) : [])];
  const messageId = opened.messageId;
  return {
    to: [...new Set(to)],
    cc: all ? others(opened.cc) : [],
    subject: /^re:/i.test(opened.subject) ? opened.subject : `Re: ${opened.subject}`,
    inReplyTo: messageId,
    // RFC 5322 §3.6.4
    references: messageId ? [...opened.references, messageId] : opened.references,
  };
}

function quotedName(name: string): string {
  return /^[\w .'-]*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** The quotation of the original below a reply, with Gmail's markup and its images. */
export function quote(opened: Opened, sentAt: Date): { html: string; text: string; pictures: Part[] } {
  const [author] = flat(opened.from);
  const name = author?.name ?? '';
  const address = author?.address ?? '';
  const day = sentAt.toLocaleDateString('en-US', {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
  });
  const time = sentAt.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  const link = `<a href="mailto:${escapeHtml(address)}">${escapeHtml(address)}</a>`;
  const html = `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On ${day} at ${time} ${escapeHtml(name)} &lt;${link}&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${bodyOf(opened.html)}</blockquote></div>`;
  const lines = opened.text.trimEnd().split(/\r?\n/);
  const text = `\n\nOn ${day} at ${time} ${name} <${address}> wrote:\n\n${lines.map((line) => `> ${line}`).join('\n')}`;
  return { html, text, pictures: opened.parts.filter((part) => isInline(part, opened.html)) };
}

/** The content of the body element. */
function bodyOf(html: string): string {
  const inside = /<body[^>]*>([\s\S]*?)(?:<\/body>|$)/i.exec(html)?.[1] ?? html;
  return inside.replace(/<!doctype[^>]*>|<\/?html[^>]*>|<head[\s\S]*?<\/head>/gi, '');
}
