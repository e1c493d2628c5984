import { isEncryptedCms, openCms } from './cms.ts';
import { decodedBody, leavesOf, type MimePart, readMimeTree } from './mime-tree.ts';

/** How a message is signed or encrypted, for display. Signatures are not verified, nothing is decrypted. */
export type Protection = 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted';

const cmsType = /^application\/(x-)?pkcs7-mime$/;

/** Whether a part may be an opaque S/MIME message; gateways and Outlook often type it as a binary file (RFC 8551 §3.2.1). */
function isCmsPart({ contentType: { value, parameters }, disposition }: MimePart): boolean {
  if (cmsType.test(value)) return true;
  if (value.startsWith('text/') || value.startsWith('multipart/')) return false;
  const name = disposition?.parameters.get('filename') || parameters.get('name') || '';
  return /^smime\.p7m$/i.test(name.trim());
}

/** The protection visible in a message's MIME structure (RFC 8551, RFC 3156), else null. For inline PGP see readArmor. */
export function protectionOf(root: MimePart): Protection | null {
  const { value, parameters } = root.contentType;
  if (cmsType.test(value)) {
    const smimeType = parameters.get('smime-type')?.toLowerCase() ?? '';
    if (smimeType === 'signed-data' || smimeType === 'certs-only') return 'smime-signed';
    return smimeType === '' && openCms(decodedBody(root)).signed ? 'smime-signed' : 'smime-encrypted';
  }
  for (const leaf of leavesOf(root).filter(isCmsPart)) {
    if (signedContent(leaf)) return 'smime-signed';
    if (isEncryptedCms(decodedBody(leaf))) return 'smime-encrypted';
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

/**
 * The MIME entity inside opaque SignedData (RFC 8551 §3.5.2), however it is typed; null for any other part, also
 * for a signed document, which is no MIME entity.
 */
export function signedContent(part: MimePart): MimePart | null {
  if (!isCmsPart(part)) return null;
  const { content } = openCms(decodedBody(part));
  const entity = content && readMimeTree(content);
  return entity && (entity.fields.length > 0 || cmsType.test(part.contentType.value)) ? entity : null;
}

const endOfMessage = '-----END PGP MESSAGE-----';
const endOfSignature = '-----END PGP SIGNATURE-----';

/** PGP armor in the text itself (RFC 9580 §6.2 and §7), and the text without it; null if there is none. */
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
