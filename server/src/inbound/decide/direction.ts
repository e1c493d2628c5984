import type { Direction } from '../../database/column-types.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { mailboxAt } from '../../mailboxes/own-mailboxes.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import { type Context, domainOf } from './context.ts';

/**
 * Whether a message was written to us or by us. Gmail keeps one copy of what an account sends to itself,
 * labelled SENT and INBOX: a web form that sends through our account is an enquiry (R9), as is what one of our
 * mailboxes writes to another (R12). All else with SENT is outbound (R5), and always what Postroom sent.
 */
export function directionOf({ fetched: { labels }, parsed }: MessageToStore, context: Context): Direction {
  if (!labels.includes('SENT')) return 'inbound';
  if (parsed.deliveryId !== null) return 'outbound';
  const { to, replyTo } = parsed.recipients;
  if (to.length > 0 && to.every(({ address }) => mailboxAt(context.mailboxes, address))) return 'inbound';
  if (!labels.includes('INBOX')) return 'outbound';
  // An agent who writes from Gmail, with us in Cc, writes to a person and sets no foreign Reply-To.
  const isForeign = ({ address }: { address: string }) => !isOneOfUs(address, context);
  return replyTo.some(isForeign) || !to.some(isForeign) ? 'inbound' : 'outbound';
}

/** Whether an address is ours or a colleague's: a known one, or one in the domain of a mailbox of ours. */
export function isOneOfUs(
  address: string,
  { ownAddresses, ownDomains, mailboxes }: Pick<Context, 'ownAddresses' | 'ownDomains' | 'mailboxes'>,
): boolean {
  const normalized = normalizeAddress(address);
  if (ownAddresses.has(normalized) || mailboxAt(mailboxes, normalized)) return true;
  return ownDomains.has(domainOf(normalized));
}
