/** Whether an address of a picture in a mail is on another server. */
export function isRemote(address: string): boolean {
  return /^\s*(?:https?:)?\/\//i.test(address);
}

const url = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"'()\\\s]*))\s*\)/gi;

/** Replaces each `url()` of CSS by the address that `replace` returns; null: by `none`. */
export function replaceUrls(css: string, replace: (address: string) => string | null): string {
  return css.replace(url, (_all, double?: string, single?: string, bare?: string) => {
    const replaced = replace(unescapeCss(double ?? single ?? bare ?? ''));
    return replaced === null ? 'none' : `url("${replaced.replace(/["\\\n]/g, encodeURIComponent)}")`;
  });
}

/** The characters of a CSS string (CSS Syntax, section 4.3.7). */
function unescapeCss(text: string): string {
  return text.replace(/\\(?:([\da-f]{1,6})\s?|(.))/gi, (_all, hex: string | undefined, char: string) =>
    hex ? String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff)) : char,
  );
}

/** Replaces the remote addresses of a `srcset` (HTML standard, section 4.8.4.2.1): each ends at white space. */
export function replaceUrlsOfCandidates(srcset: string, replace: (address: string) => string): string {
  return srcset.replace(/(?<![^\s,])(?:https?:)?\/\/\S+/gi, (address) =>
    address.endsWith(',') ? `${replace(address.slice(0, -1))},` : replace(address),
  );
}
