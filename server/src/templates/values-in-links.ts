/** A quoted value of an attribute. A quote inside `{{…}}` does not end it. No text is matched in two ways. */
const quoted = (quote: string) =>
  `${quote}[^${quote}{]*(?:(?:\\{\\{[^{}]{0,200}\\}\\}|\\{(?!\\{[^{}]{0,200}\\}\\}))[^${quote}{]*)*${quote}`;
/** The attributes of HTML that hold a URL. */
const urlAttribute = new RegExp(
  `(\\s(?:href|src|action|background|poster|cite)\\s*=\\s*)(${quoted('"')}|${quoted("'")})`,
  'gi',
);

/** A value here is the whole URL, or its host, address or number: it has the characters it needs. */
const wholeOrHost = /^(?:[a-z][a-z\d+.-]*:)?(?:\/\/[^/?#]*)?$/i;
const blockTag = /\{\{~?(?:[#/^]|else\b)[^{}]*\}\}/g;

/**
 * Replaces the placeholders that are a part of a URL in the attributes of HTML; `pattern` has one group, which
 * `replace` is given. Placeholders that are a whole URL or its host stay.
 */
export function replaceUrlParts(html: string, pattern: RegExp, replace: (inner: string) => string): string {
  return html.replace(urlAttribute, (_all, start: string, value: string) => {
    const url = value.slice(1, -1);
    const replaced = url.replace(pattern, (whole: string, inner: string, offset: number) => {
      const before = url.slice(0, offset).replace(blockTag, '').trim();
      return wholeOrHost.test(before) ? whole : replace(inner);
    });
    return `${start}${value[0]}${replaced}${value[0]}`;
  });
}

/** Encodes a value as a part of a URL (RFC 3986 §2.1), without a quote that could end the attribute. */
export function encodeUrlPart(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll('%40', '@').replaceAll("'", '%27');
}
