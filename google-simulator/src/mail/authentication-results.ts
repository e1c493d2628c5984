import { randomBytes } from 'node:crypto';
import { addressParser } from 'postal-mime';
import { type Header, headerOf } from './headers.ts';

/** A result of RFC 8601 §2.7, as a test wants it. */
export type AuthenticationResult =
  | 'pass'
  | 'fail'
  | 'softfail'
  | 'neutral'
  | 'none'
  | 'temperror'
  | 'permerror';

/** What Gmail found out about a message; everything passes unless a test says otherwise. */
export type Authentication = {
  dkim?: AuthenticationResult;
  spf?: AuthenticationResult;
  dmarc?: AuthenticationResult;
  /** The domain that signed it; default: the domain of From. */
  signedBy?: string;
};

/**
 * The field that Gmail adds on top of every message it receives (RFC 8601; docs/gmail.md, section 2). SPF is
 * about the envelope's sender, DMARC about From. As Gmail does, it says nothing of a missing DKIM signature or
 * DMARC record.
 */
export function authenticationResults(
  headers: Header[],
  sender: string,
  { dkim = 'pass', spf = 'pass', dmarc = 'pass', signedBy }: Authentication = {},
): Header {
  const from = addressParser(headerOf(headers, 'From'), { flatten: true })[0]?.address ?? '';
  const fromDomain = domainOf(from);
  const signer = signedBy ?? fromDomain;
  const results: string[] = [];
  if (dkim !== 'none' && signer) {
    const signature = randomBytes(6).toString('base64');
    results.push(`dkim=${dkim} header.i=@${signer} header.s=s1 header.b=${signature}`);
  }
  const designates = spf === 'pass' ? 'designates' : 'does not designate';
  results.push(
    sender
      ? `spf=${spf} (google.com: domain of ${sender} ${designates} 192.0.2.1 as permitted sender) smtp.mailfrom=${sender}`
      : `spf=${spf} (google.com: ${fromDomain} ${designates} 192.0.2.1 as permitted sender) smtp.helo=${fromDomain}`,
  );
  if (dmarc !== 'none' && fromDomain) {
    results.push(`dmarc=${dmarc} (p=NONE sp=NONE dis=NONE) header.from=${fromDomain}`);
  }
  return { name: 'Authentication-Results', value: ['mx.google.com', ...results].join(';\r\n       ') };
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
