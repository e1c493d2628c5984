/** A BER element (X.690): the first byte of its tag, its content, and the index after it. */
type Element = { tag: number; content: Buffer; end: number };

/** Content types (RFC 5652 §4, RFC 5083 §2). */
const signedData = '2a864886f70d010702';
const encryptedTypes = new Set(['2a864886f70d010703', '2a864886f70d010706', '2a864886f70d0109100117']);
const maxNesting = 20;

/**
 * Whether bytes are CMS SignedData (RFC 5652 §5.1), in BER or in its base64 form, and the content it encloses; null if
 * detached. Never throws.
 */
export function openCms(bytes: Buffer): { signed: boolean; content: Buffer | null } {
  const info = contentInfo(bytes);
  if (info.type !== signedData) return { signed: false, content: null };
  const data = elementsOf(elementsOf(info.content)[0]?.content);
  // version, digestAlgorithms, encapContentInfo
  const eContent = elementsOf(data[2]?.content)[1];
  const content = eContent ? octets(eContent.content, 0) : Buffer.alloc(0);
  return { signed: true, content: content.length > 0 ? content : null };
}

/** Whether bytes are encrypted CMS. */
export function isEncryptedCms(bytes: Buffer): boolean {
  return encryptedTypes.has(contentInfo(bytes).type);
}

function contentInfo(bytes: Buffer): { type: string; content: Buffer | undefined } {
  const info = elementsOf(elementAt(binary(bytes), 0)?.content);
  return { type: info[0]?.content.toString('hex') ?? '', content: info[1]?.content };
}

/** Some programs send the base64 form (RFC 7468), or encode it twice: a SEQUENCE begins with "MI" in base64. */
function binary(bytes: Buffer): Buffer {
  const head = bytes.toString('latin1', 0, 60);
  const label = /^-----BEGIN (?:PKCS7|CMS)-----\s/.exec(head)?.[0] ?? '';
  if (!label && !/^MI[A-Za-z0-9+/]{30}/.test(head)) return bytes;
  return Buffer.from(bytes.toString('latin1', label.length), 'base64');
}

/** The bytes of an OCTET STRING; those of a constructed one joined (X.690 §8.7). */
function octets(bytes: Buffer, depth: number): Buffer {
  if (depth > maxNesting) return Buffer.alloc(0);
  return Buffer.concat(
    elementsOf(bytes).map(({ tag, content }) => ((tag & 0x20) === 0 ? content : octets(content, depth + 1))),
  );
}

function elementsOf(bytes: Buffer | undefined): Element[] {
  const found: Element[] = [];
  for (let at = 0; bytes && at < bytes.length && found.length < 100_000; ) {
    const element = elementAt(bytes, at);
    if (!element || (element.tag === 0 && element.content.length === 0)) break;
    found.push(element);
    at = element.end;
  }
  return found;
}

function elementAt(bytes: Buffer, at: number, depth = 0): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || depth > maxNesting) return null;
  if (first === 0x80) return indefiniteAt(bytes, at, depth);
  const size = first > 0x80 ? first - 0x80 : 0;
  if (size > 4 || at + 2 + size > bytes.length) return null;
  const length = size > 0 ? bytes.readUIntBE(at + 2, size) : first;
  const from = at + 2 + size;
  return { tag, content: bytes.subarray(from, from + length), end: from + length };
}

/** An element of indefinite length ends with two zero bytes after the elements in it (X.690 §8.1.3.6). */
function indefiniteAt(bytes: Buffer, at: number, depth: number): Element | null {
  const from = at + 2;
  for (let next = from; next < bytes.length; ) {
    if (bytes[next] === 0 && bytes[next + 1] === 0)
      return { tag: bytes[at]!, content: bytes.subarray(from, next), end: next + 2 };
    const inner = elementAt(bytes, next, depth + 1);
    if (!inner) return null;
    next = inner.end;
  }
  return { tag: bytes[at]!, content: bytes.subarray(from), end: bytes.length };
}
