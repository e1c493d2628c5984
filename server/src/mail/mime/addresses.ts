import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser/index.js';
import { type NameAndAddress, parseAddressList } from './address-list.ts';

/**
 * The form of an address used for comparison: lower case, the domain in ASCII (IDNA). RFC 5321 §2.4
 * allows case-sensitive local parts, but no current provider uses them. A `+tag` is kept, because it
 * may belong to another person.
 */
export function normalizeAddress(address: string): string {
  const trimmed = address.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return trimmed.toLowerCase();
  const domain = trimmed.slice(at + 1).toLowerCase();
  return `${trimmed.slice(0, at).normalize('NFC').toLowerCase()}@${domainToASCII(domain) || domain}`;
}

type Addressed = Record<'to' | 'cc' | 'bcc', Array<{ address: string }>>;

/** All whom a message is addressed to, normalized; who is named twice stands twice. */
export function addressesOf({ to, cc, bcc }: Addressed): string[] {
  return [...to, ...cc, ...bcc].map(({ address }) => normalizeAddress(address));
}

/** The parts of an address before and after its last "@"; without one, the domain is empty. */
export function splitAddress(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf('@');
  return at < 0
    ? { local: address, domain: '' }
    : { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** A normalised address without `+tag`: in Gmail, every such form reaches the same mailbox. */
export function withoutTag(address: string): string {
  const { local, domain } = splitAddress(address);
  const plus = local.indexOf('+');
  return plus > 0 ? `${local.slice(0, plus)}@${domain}` : address;
}

/**
 * A normalised address of gmail.com or googlemail.com, which are one domain, without the dots of its local
 * part, because Gmail ignores them there. In a Workspace domain, forms with other dots are other people's.
 */
export function withoutDots(address: string): string {
  const { local, domain } = splitAddress(address);
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return address;
  return `${local.replaceAll('.', '')}@gmail.com`;
}

/** A recipient as `checkRecipient` reads it again: a name with special characters is quoted (RFC 5322 §3.2.4). */
export function formatRecipient({ name, address }: NameAndAddress): string {
  const plain = name.replace(/\s+/g, ' ').trim();
  if (!plain || plain === address) return address;
  const quoted = /[<>()[\]:;@\\,"]/.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain;
  return `${quoted} <${address}>`;
}

/** Why an address is invalid; the catalogues have the words. */
export type AddressFault =
  | 'address-control-character'
  | 'address-several'
  | 'address-without-at'
  | 'address-local-part'
  | 'address-domain'
  | 'address-too-long';
export type RecipientCheck =
  | { kind: 'ok'; recipient: NameAndAddress }
  | { kind: 'invalid'; reason: AddressFault };

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3: maximum bytes of the local part, and of a path without its brackets. */
const maxLocalPartBytes = 64;
export const maxAddressBytes = 254;
/** dot-atom (RFC 5322 §3.2.3), letters beyond ASCII included (RFC 6532 §3.2). */
const dotAtom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** The characters allowed in a domain as a person types it; a URL parser would end the host at others. */
const domainLetters = /^[\p{L}\p{M}\p{N}.-]+$/u;
const domainLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Parses one recipient as a person typed it (`ana@x.com`, `Ana <ana@x.com>`, or `Silva, Ana <ana@x.com>` as
 * Outlook writes it). `reason` is the code of the problem.
 */
export function checkRecipient(text: string): RecipientCheck {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are rejected
  if (/[\u0000-\u001f\u007f]/.test(text)) return invalid('address-control-character');
  const found = nameWithComma(text) ?? addressparser(text, { flatten: true });
  if (found.length > 1) return invalid('address-several');
  const address = found[0]?.address?.trim() ?? '';
  const at = address.lastIndexOf('@');
  if (at < 0) return invalid('address-without-at');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (!dotAtom.test(local)) return invalid('address-local-part');
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  if (!domainLetters.test(domain) || labels.length < 2 || !labels.every((label) => domainLabel.test(label))) {
    return invalid('address-domain');
  }
  if (Buffer.byteLength(local) > maxLocalPartBytes || Buffer.byteLength(address) > maxAddressBytes) {
    return invalid('address-too-long');
  }
  return {
    kind: 'ok',
    recipient: { name: found[0]?.name?.trim() ?? '', address: `${local}@${domain.toLowerCase()}` },
  };
}

/** A recipient whose name has a comma or semicolon although it is not quoted; null for any other text. */
function nameWithComma(text: string): NameAndAddress[] | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('<');
  const name = trimmed.slice(0, at).trim();
  if (at < 0 || !trimmed.endsWith('>') || /[<>@"]/.test(name) || !/[,;]./.test(name)) return null;
  return [{ name, address: trimmed.slice(at + 1, -1) }];
}

function invalid(reason: AddressFault): RecipientCheck {
  return { kind: 'invalid', reason };
}

/** The first name and address in a From header (one character for each byte), encoded words decoded; empty if none. */
export function parseFrom(value: string): NameAndAddress {
  return parseAddressList(value)[0] ?? { name: '', address: '' };
}

/** Whether two From headers are equal, ignoring the case of the address and white space in the name. */
export function isSameFrom(one: NameAndAddress, other: NameAndAddress): boolean {
  const name = (of: NameAndAddress) => of.name.normalize('NFC').replace(/\s+/g, ' ').trim();
  return normalizeAddress(one.address) === normalizeAddress(other.address) && name(one) === name(other);
}
