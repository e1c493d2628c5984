import { openCms } from './cms.ts';
import { decodedBody, leavesOf, type MimePart, readMimeTree } from './mime-tree.ts';

/** How a message is signed or encrypted: shown as what it is. Signatures are not checked here, nothing is decrypted. */
export type Protection = 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted';

const cmsType = /^application\/(x-)?pkcs7-mime$/;

/** The protection a message carries (RFC 8551, RFC 3156); null for an open one, and for what its text alone tells. */
export function protectionOf(root: MimePart): Protection | null {
  const { value, parameters } = root.contentType;
  if (cmsType.test(value)) {
    const smimeType = parameters.get('smime-type')?.toLowerCase() ?? '';
    if (smimeType === 'signed-data' || smimeType === 'certs-only') return 'smime-signed';
    return smimeType === '' && openCms(decodedBody(root)).signed ? 'smime-signed' : 'smime-encrypted';
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

const endOfMessage = '-----END PGP MESSAGE-----';
const endOfSignature = '-----END PGP SIGNATURE-----';

/** What stands in the text itself (RFC 9580 §6.2 and §7), and the words without it. */
export function readArmor(text: string): { protection: Protection; text: string } | null {
  const armored = /^-----BEGIN PGP MESSAGE-----$/m.exec(text);
  if (armored) {
    const closed = text.indexOf(endOfMessage, armored.index);
    const clearText =
      text.slice(0, armored.index) + (closed < 0 ? '' : text.slice(closed + endOfMessage.length));
    return { protection: 'pgp-encrypted', text: clearText.trim() };
  }
  const signedHeader = /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: .*\n)*\n?/m.exec(text);
  if (!signedHeader) return null;
  const from = signedHeader.index + signedHeader[0].length;
  const signatureStart = text.indexOf('\n-----BEGIN PGP SIGNATURE-----', from);
  if (signatureStart < 0) return { protection: 'pgp-signed', text };
  const closed = text.indexOf(endOfSignature, signatureStart);
  const clearText = text.slice(from, signatureStart).replace(/^- /gm, '');
  const after = closed < 0 ? '' : text.slice(closed + endOfSignature.length);
  return { protection: 'pgp-signed', text: `${text.slice(0, signedHeader.index)}${clearText}${after}` };
}
