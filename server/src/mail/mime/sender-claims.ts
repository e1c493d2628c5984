import { type NameAndAddress, parseAddressList } from './address-list.ts';
import { checkRecipient, maxAddressBytes, normalizeAddress, splitAddress, withoutTag } from './addresses.ts';
import { hasFailed, passesFor, readAuthenticationResults } from './authentication-results.ts';
import { fieldOf, type MimePart } from './mime-tree.ts';

/**
 * What the header of a message says about who wrote it. Anybody can write anything there, but for the
 * verdicts, which are Gmail's.
 */
export type SenderClaims = {
  /** All authors in From that have an address. */
  authors: NameAndAddress[];
  /** From is not a person: a program or a mailing list sent the message for somebody. */
  fromMachine: boolean;
  /** Whom From names beside its own address, as forms and lists do (`namedInFrom`); null for other mail. */
  namedInFrom: NameAndAddress | null;
  /** Whom a Google Group forwarded (docs/gmail.md, section 5); null for other mail. */
  originalSender: NameAndAddress | null;
  /** The addresses of the mailing list or group that forwarded it; normalised. */
  listAddresses: string[];
  /** The addresses it was delivered to on its way; normalised. */
  deliveredTo: string[];
  /** DMARC, or an aligned DKIM signature, passed for the domain of all authors. */
  fromVerified: boolean;
  /** The same, for the original sender. */
  originalSenderVerified: boolean;
  dmarcFailed: boolean;
  /** Gmail wrote no verdict, as between accounts of one Workspace. */
  withoutVerdict: boolean;
};

/** More addresses than any message passes on its way; the rest is ignored. */
const maxDeliveredTo = 10;

/** Reads what the fields of a message say about its senders. `hint`: the charset of raw 8-bit fields. */
export function readSenderClaims(root: MimePart, hint: string): SenderClaims {
  const values = (name: string) =>
    root.fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
  const from = values('from').flatMap((value) => parseAddressList(value, hint));
  const authors = from.filter(({ address }) => address.includes('@'));
  const name = (authors[0] ?? from[0])?.name ?? '';
  const originalSender = readOriginalSender(root, authors[0], name);
  const results = readAuthenticationResults(values('authentication-results'));
  const passes = ({ address }: NameAndAddress) =>
    results !== null && passesFor(results, splitAddress(normalizeAddress(address)).domain);
  return {
    authors,
    fromMachine:
      authors.some(({ address }) => isMachineAddress(address)) ||
      nameBeforeVia(name) !== null ||
      values('auto-submitted').some((value) => /^\s*auto-(generated|notified)\b/i.test(value)),
    namedInFrom: authors.length === 1 ? namedInFrom({ name, address: authors[0]!.address }) : null,
    originalSender,
    listAddresses: listAddresses(root),
    deliveredTo: [...values('delivered-to'), ...values('x-original-to')]
      .slice(0, maxDeliveredTo)
      .flatMap((value) => parseAddressList(value).slice(0, 1))
      .map(({ address }) => normalizeAddress(address))
      .filter((address) => address.includes('@')),
    fromVerified: authors.length > 0 && authors.every(passes),
    originalSenderVerified: originalSender !== null && passes(originalSender),
    dmarcFailed: results !== null && hasFailed(results),
    withoutVerdict: values('authentication-results').length === 0,
  };
}

/** An address within a name. */
const addressInName = /(?<![^\s([<'"])[^\s@()[\]<>"',;:]{1,64}@[^\s@()[\]<>"',;:]{1,255}/;

/**
 * The person whose address is in the name in From, as contact forms write it (`Kim Roe (kim@far.example)`), or in its
 * local part, as mailing lists do (`kim=far.example@lists.example`); null where that is nobody of another domain.
 */
export function namedInFrom(from: NameAndAddress): NameAndAddress | null {
  const { local, domain } = splitAddress(from.address);
  const text = from.name.slice(0, 2 * maxAddressBytes);
  const named = addressInName.exec(text)?.[0];
  const beforeVia = nameBeforeVia(from.name);
  const inLocal = beforeVia !== null && !local.includes('+') ? local.replace('=', '@') : '';
  const found = named
    ? { name: withoutBrackets(text.replace(named, ' ')), address: named }
    : { name: beforeVia ?? '', address: inLocal };
  const name = nameBeforeVia(found.name) ?? found.name.replace(/^\(?via\s.*/i, '');
  const other = splitAddress(normalizeAddress(found.address)).domain;
  const isOther =
    other !== '' && other !== domain.toLowerCase() && checkRecipient(found.address).kind === 'ok';
  return isOther ? { name, address: found.address } : null;
}

/** A name without what was around the address in it: brackets, quotes, and a dash at its end. */
function withoutBrackets(name: string): string {
  return name
    .replace(/[()[\]<>"]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ ?[-–|]$/, '');
}

/** How lists and form services name somebody who wrote through them: `'Ana' via Team`. */
const viaPattern = /(?<=\S)\s+\(?via\s+\S/i;

/** The name of the person in the From name of a list: `'Ana' via Team`; null where it has another form. */
export function nameBeforeVia(name: string): string | null {
  const start = name.slice(0, 200).trim();
  const end = start.search(viaPattern);
  return end < 0
    ? null
    : start
        .slice(0, end)
        .replace(/^'(?=.)/, '')
        .replace(/(?<=.)'$/, '');
}

/** What a local part contains if nobody reads the mailbox, in the languages of form services. */
const unreadMailbox =
  /(^|[^a-z])(no|do[._-]?not|dont|never)[._-]?(reply|respond|response|answer)|ne[._-]?pas[._-]?repondre|(nicht|keine)[._-]?antwort|(^|[^a-z])n(o|ao)[._-]?(responda?|responder|contestar|rispondere)([^a-z]|$)|niet[._-]?antwoorden|nie[._-]?odpowiada[cj]|n(e|eo)[._-]?(odpovidat|odpovidejte|odpovedat)|(svar|besvara)[._-]?(ej|ikke|inte)|(inte|ej|ikke)[._-]?(be)?svara?([^a-z]|$)|(ala|ei)[._-]?vasta|yan[iı]tlamay|cevaplamay|nem[._-]?valaszol|ne[._-]?otvechat|mailer-?daemon|unattended/i;
/** Accounts of programs: web servers, and forms that send what people fill in. */
const programAccount =
  /^(www(-?(data|run))?|apache2?|nginx|httpd|nobody|root|daemon|cron|mailer|php|wordpress|wp|drupal|joomla|typo3|magento|shopware|web(site|form|mail(er)?)?|(contact|kontakt)?-?(forms?|formular|formulaire)|form-?(submissions?|responses?|mail(er)?)|submissions?|notifications?|notify|notifier|alerts?|automat(ed|ic)|auto-?(mail(er)?|confirm)|bounces?|robot|bot|system)$/i;

/** Whether nobody reads mail to this address. */
export function isUnreadMailbox(address: string): boolean {
  return unreadMailbox.test(splitAddress(address).local.slice(0, 100));
}

function isMachineAddress(address: string): boolean {
  const { local } = splitAddress(withoutTag(address));
  return isUnreadMailbox(address) || (local.length < 100 && programAccount.test(local));
}

/** A Google Group replaces From if the sender's domain has a strict DMARC policy (docs/gmail.md, section 5). */
function readOriginalSender(
  root: MimePart,
  author: NameAndAddress | undefined,
  fromName: string,
): NameAndAddress | null {
  if (fieldOf(root, 'x-google-group-id') === null) return null;
  const [sender] = parseAddressList(fieldOf(root, 'x-original-sender') ?? '');
  if (!sender?.address.includes('@')) return null;
  const isSame = (other: NameAndAddress | undefined) =>
    other !== undefined && normalizeAddress(other.address) === normalizeAddress(sender.address);
  if (isSame(author)) return author!;
  const [originalFrom] = parseAddressList(fieldOf(root, 'x-original-from') ?? '');
  const name = (isSame(originalFrom) && originalFrom!.name) || nameBeforeVia(fromName) || fromName;
  return { name, address: sender.address };
}

/** By List-Post (RFC 2369), Mailing-list, and List-ID (RFC 2919), in which a group's address has a dot for its "@". */
function listAddresses(root: MimePart): string[] {
  const field = (name: string) => (fieldOf(root, name) ?? '').slice(0, 1_000);
  const post = /<mailto:([^>?]+)/i.exec(field('list-post'))?.[1];
  const list = /\blist\s+([^\s;]+@[^\s;]+)/i.exec(field('mailing-list'))?.[1];
  const id = /<([^<>]+)>/.exec(field('list-id'))?.[1];
  const fromId = id?.includes('.') ? id.replace('.', '@') : undefined;
  return [...new Set([post, list, fromId].flatMap((each) => (each ? [normalizeAddress(each)] : [])))];
}
