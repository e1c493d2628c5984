import { splitAddress } from './addresses.ts';

/** What Gmail found out about the sender of a message; domains in lower case. */
export type AuthenticationResults = {
  /** One for each domain of From (`header.from`); `result` as in RFC 7489, section 11.2. */
  dmarc: Array<{ result: string; domain: string }>;
  /** The domains of valid DKIM signatures (`header.d`, or the domain of `header.i`). */
  dkimDomains: string[];
};

/** The name by which Gmail's servers sign their results. */
const gmailServer = 'mx.google.com';
/** Gmail's own fields are shorter; the rest of a longer one is not needed. */
const maxLength = 16 * 1024;

/**
 * Reads the topmost Authentication-Results field (RFC 8601) of a message; null unless Gmail wrote it. A
 * receiving server adds its fields above those it received, so the sender may have written any lower one.
 *
 * @param fields All fields of the message of this name, in order, as received: not decoded.
 */
export function readAuthenticationResults(fields: readonly string[]): AuthenticationResults | null {
  const values = withoutComments(fields[0]?.slice(0, maxLength) ?? '');
  if (values === null) return null;
  const [server, ...results] = values.toLowerCase().split(';');
  if (server!.trim().split(/\s/)[0] !== gmailServer) return null;
  const parsed = results.map((result) => new Map(result.trim().split(/\s+/).map(splitProperty)));
  return {
    dmarc: parsed.flatMap((properties) => {
      const result = properties.get('dmarc');
      return result === undefined ? [] : [{ result, domain: properties.get('header.from') ?? '' }];
    }),
    dkimDomains: parsed.flatMap((properties) => {
      if (properties.get('dkim') !== 'pass') return [];
      const domain = properties.get('header.d') ?? splitAddress(properties.get('header.i') ?? '').domain;
      return domain ? [domain] : [];
    }),
  };
}

/** Whether DMARC, or DKIM with an aligned domain, passed for From with this domain. */
export function passesFor({ dmarc, dkimDomains }: AuthenticationResults, domain: string): boolean {
  const ofDomain = dmarc.filter((each) => each.domain === domain);
  if (ofDomain.length > 0) return ofDomain.every(({ result }) => result === 'pass');
  return domain !== '' && dkimDomains.some((signer) => isAligned(signer, domain));
}

/** Whether DMARC failed: From is not verified. */
export function hasFailed({ dmarc }: AuthenticationResults): boolean {
  return dmarc.some(({ result }) => result === 'fail');
}

/**
 * Relaxed alignment (RFC 7489, section 3.1.1) without the list of public suffixes: one domain is the other or
 * is below it. Two subdomains of one organization are not recognized.
 */
function isAligned(signer: string, domain: string): boolean {
  if (!signer.includes('.') || !domain.includes('.')) return false;
  return signer === domain || domain.endsWith(`.${signer}`) || signer.endsWith(`.${domain}`);
}

function splitProperty(property: string): [name: string, value: string] {
  const equals = property.indexOf('=');
  return equals < 0 ? [property, ''] : [property.slice(0, equals), property.slice(equals + 1)];
}

/**
 * Removes comments (RFC 5322, section 3.2.2), nested ones included, and quotes around values, as in
 * `smtp.mailfrom="prvs=1=ana@far.example"`. Null where quotes contain more than an address: the envelope's
 * sender chose it, and can write there what looks like a comment's end and a result.
 */
function withoutComments(field: string): string | null {
  let depth = 0;
  let rest = '';
  for (let at = 0; at < field.length; at += 1) {
    const letter = field[at]!;
    if (letter === '\\' || (letter === '"' && depth > 0)) return null;
    if (letter === '(') depth += 1;
    else if (letter === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) rest += letter;
  }
  const values = rest.replace(/"([^"\s;]*)"/g, '$1');
  return values.includes('"') ? null : values;
}
