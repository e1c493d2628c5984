import { openCms } from './cms.ts';
import { decodedBody, leavesOf, type MimePart, readMimeTree } from './mime-tree.ts';

/** How a message is signed or encrypted: shown as what it is. Signatures are not checked here, nothing is decrypted. */
export type Protection = 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted';

const cmsType = /^application\/(x-)?pkcs7-mime$/;

/** The protection a message carries (RFC 8551, RFC 3156); null for an open one, and for what its text alone tells. */
export function protectionOf(root: MimePart): Protection | null {
  const { value, parameters } = root.contentType;
  if (cmsType.test(value)) {
    const said = parameters.get('smime-type')?.toLowerCase() ?? '';
    if (said === 'signed-data' || said === 'certs-only') return 'smime-signed';
    return said === '' && openCms(decodedBody(root)).signed ? 'smime-signed' : 'smime-encrypted';
  }
  const protocol = parameters.get('protocol')?.toLowerCase() ?? '';
  const types = new Set(leavesOf(root).map((leaf) => leaf.contentType.value));
  if (value === 'multipart/encrypted' || types.has('application/pgp-encrypted')) return 'pgp-encrypted';
  const signed = value === 'multipart/signed' ? protocol : '';
  if (
    signed.includes('pkcs7') ||
    types.has('application/pkcs7-signature') ||
    types.has('application/x-pkcs7-signature')
  )
    return 'smime-signed';
  if (signed.includes('pgp') || types.has('application/pgp-signature')) return 'pgp-signed';
  return null;
}

/** The message that an S/MIME signature wraps whole (RFC 8551 §3.5.2); null for any other. */
export function signedContent(root: MimePart): MimePart | null {
  if (!cmsType.test(root.contentType.value)) return null;
  const { content } = openCms(decodedBody(root));
  return content && readMimeTree(content);
}

const sealed = '-----END PGP MESSAGE-----';
const closing = '-----END PGP SIGNATURE-----';

/** What stands in the text itself (RFC 9580 §6.2 and §7), and the words without it. */
export function readArmor(text: string): { protection: Protection; text: string } | null {
  const armored = /^-----BEGIN PGP MESSAGE-----$/m.exec(text);
  if (armored) {
    const closed = text.indexOf(sealed, armored.index);
    const words = text.slice(0, armored.index) + (closed < 0 ? '' : text.slice(closed + sealed.length));
    return { protection: 'pgp-encrypted', text: words.trim() };
  }
  const opening = /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: .*\n)*\n?/m.exec(text);
  if (!opening) return null;
  const from = opening.index + opening[0].length;
  const ends = text.indexOf('\n-----BEGIN PGP SIGNATURE-----', from);
  if (ends < 0) return { protection: 'pgp-signed', text };
  const closed = text.indexOf(closing, ends);
  const words = text.slice(from, ends).replace(/^- /gm, '');
  const after = closed < 0 ? '' : text.slice(closed + closing.length);
  return { protection: 'pgp-signed', text: `${text.slice(0, opening.index)}${words}${after}` };
}
