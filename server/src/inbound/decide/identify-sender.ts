import type { NameAndAddress, Sender } from '../../database/column-types.ts';
import {
  checkRecipient,
  maxAddressBytes,
  normalizeAddress,
  splitAddress,
} from '../../mail/mime/addresses.ts';
import { isUnreadMailbox, nameBeforeVia, type SenderClaims } from '../../mail/mime/sender-claims.ts';
import type { OwnAddresses } from '../../mailboxes/own-addresses.ts';
import type { MessageToStore, ParsedMessage } from '../parse/parse-message.ts';

type Own = OwnAddresses & { domains: ReadonlySet<string> };

/**
 * The message with the person who wrote it, who is answered, and the first recipient (R9). Of a person, From
 * is the writer. Of a machine (no-reply, one of our addresses, a list's "via", our own web site) it is Reply-To, else
 * whom From names beside its own address, and of a Google Group the original sender, but only if Gmail vouches for it.
 * What is ours is none of them (R11). Pure.
 */
export function identifySender(message: MessageToStore, own: Own): MessageToStore {
  const { parsed, fetched } = message;
  // Nobody but the account itself can give its mail this label.
  const throughOwnAccount = fetched.labels.includes('SENT');
  const { sender, byReplyTo } = senderOf(parsed, throughOwnAccount, own);
  const byWebSite = !byReplyTo && isByOurWebSite(parsed, own);
  const asked = sender.ignoredReplyTo[0] ?? (byWebSite ? sender.answerTo[0] : undefined);
  const isMachine = byWebSite || parsed.senderClaims.fromMachine || own.has(parsed.from.address);
  return {
    ...message,
    parsed: {
      ...parsed,
      sender,
      writer: withNormalizedAddress(sender.writer),
      writerByReplyTo: byReplyTo,
      formReplyTo: asked && isMachine ? normalizeAddress(asked.address) : null,
      addressee: withNormalizedAddress(addresseeOf(parsed, own)),
      senderClaims: { ...parsed.senderClaims, deliveredTo: deliveredTo(parsed, own) },
    },
  };
}

/** More than any real message names; the rest is ignored. */
const maxReplyTo = 20;

type Identified = { sender: Sender; byReplyTo: boolean };

function senderOf(
  { from, recipients, senderClaims: claims }: ParsedMessage,
  throughOwnAccount: boolean,
  own: Own,
): Identified {
  const vouched = throughOwnAccount || claims.fromVerified;
  const ownGroups = claims.listAddresses.filter((address) => own.domains.has(domainOf(address)));
  const replyTo = recipients.replyTo
    .slice(0, maxReplyTo)
    .filter(
      ({ address }) =>
        address.length <= maxAddressBytes &&
        checkRecipient(address).kind === 'ok' &&
        !own.has(address) &&
        !ownGroups.includes(normalizeAddress(address)),
    );
  const identified = (
    writer: NameAndAddress,
    answerTo: NameAndAddress[],
    { byReplyTo = false, ignoredReplyTo = [] as NameAndAddress[] } = {},
  ): Identified => ({
    sender: {
      writer,
      otherAuthors: claims.authors.slice(1),
      answerTo: answerTo.filter(({ address }) => address.includes('@') && !own.has(address)),
      ignoredReplyTo,
      ownGroups,
      verification: claims.fromVerified ? 'passed' : claims.dmarcFailed ? 'failed' : 'unknown',
    },
    byReplyTo,
  });

  const original = claims.originalSender;
  const fromIsOurs = own.has(from.address);
  const byWebSite = vouched && isByOurWebSite({ from, recipients }, own);
  if (original && !isSame(original, from) && !own.has(original.address)) {
    // Anybody can write that a group forwarded somebody's message.
    const isOurGroup = fromIsOurs || own.domains.has(domainOf(from.address));
    if (vouched || claims.originalSenderVerified || (isOurGroup && claims.withoutVerdict)) {
      return identified(original, [original]);
    }
  }
  if (fromIsOurs || claims.fromMachine || byWebSite) {
    const people = peopleBehind({ from, replyTo, claims }, own);
    const [first] = people;
    if (first && vouched) {
      const writer = { name: first.name || (nameBeforeVia(from.name) ?? ''), address: first.address };
      return identified(writer, [writer, ...people.slice(1)], { byReplyTo: true });
    }
    const writer = fromIsOurs ? { name: from.name || from.address, address: '' } : from;
    return identified(writer, [writer], { ignoredReplyTo: people });
  }
  const authors = [from, ...claims.authors.slice(1)];
  const elsewhere = replyTo.filter((person) => !authors.some((author) => isSame(author, person)));
  // The Reply-To of somebody who is not who they say they are would lead the answer away unnoticed.
  if (claims.dmarcFailed) return identified(from, authors, { ignoredReplyTo: elsewhere });
  return identified(from, replyTo.length > 0 ? replyTo : authors);
}

/** Whom a machine wrote for: Reply-To, but for a list's own address, else whom From names beside its own address. */
function peopleBehind(
  {
    from,
    replyTo,
    claims: { listAddresses, namedInFrom },
  }: { from: NameAndAddress; replyTo: NameAndAddress[]; claims: SenderClaims },
  own: Own,
): NameAndAddress[] {
  const people = replyTo.filter((person) => !isSame(person, from) && !isUnreadMailbox(person.address));
  const named = namedInFrom && !isUnreadMailbox(namedInFrom.address) ? namedInFrom : null;
  if (!named || own.has(named.address) || own.domains.has(domainOf(named.address))) return people;
  const others = people.filter(({ address }) => !listAddresses.includes(normalizeAddress(address)));
  return others.length > 0 ? others : [named];
}

/**
 * Whether our web site wrote the message to us for somebody: From is in a domain of ours, as `info@`, and Reply-To in
 * none. A colleague who writes to us has no such Reply-To.
 */
function isByOurWebSite({ from, recipients }: Pick<ParsedMessage, 'from' | 'recipients'>, own: Own): boolean {
  const { to, replyTo } = recipients;
  return (
    own.domains.has(domainOf(from.address)) &&
    replyTo.length > 0 &&
    replyTo.every(({ address }) => !own.domains.has(domainOf(address)) && !own.has(address)) &&
    to.some(({ address }) => own.has(address))
  );
}

function isSame(one: NameAndAddress, other: NameAndAddress): boolean {
  return normalizeAddress(one.address) === normalizeAddress(other.address);
}

/** The first recipient that is not ours; without one, nobody's address. */
function addresseeOf({ recipients: { to, cc, bcc } }: ParsedMessage, own: Own): NameAndAddress {
  const all = [...to, ...cc, ...bcc];
  const [first] = all;
  return (
    all.find(({ address }) => !own.has(address)) ?? {
      name: first?.name || (first?.address ?? ''),
      address: '',
    }
  );
}

/**
 * The addresses that the message was delivered to, without those known to be ours: they may be ours too. If no
 * recipient is ours, it came by another one in our domains, such as a group or an alias.
 */
function deliveredTo({ recipients: { to, cc }, senderClaims }: ParsedMessage, own: Own): string[] {
  const named = [...to, ...cc].slice(0, 10).map(({ address }) => normalizeAddress(address));
  const unexplained = named.some((address) => own.has(address)) ? [] : named;
  const candidates = [...unexplained, ...senderClaims.listAddresses].filter((address) =>
    own.domains.has(domainOf(address)),
  );
  return [...new Set([...senderClaims.deliveredTo, ...candidates])].filter((address) => !own.has(address));
}

function withNormalizedAddress({ name, address }: NameAndAddress): NameAndAddress {
  return { name, address: normalizeAddress(address) };
}

function domainOf(address: string): string {
  return splitAddress(normalizeAddress(address)).domain;
}
