/**
 * The value of a cookie of a Cookie header (RFC 6265, section 4.2.1); null if it is not there. Of several with the name, the
 * last one, as better-auth reads it.
 */
export function readCookie(header: string | undefined, name: string): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.findLast((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : decode(found.slice(name.length + 1));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
