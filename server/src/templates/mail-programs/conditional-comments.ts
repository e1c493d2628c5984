/**
 * HTML as Word reads it: with the content of conditional comments for Outlook, and without what other programs get
 * (Microsoft, "About conditional comments": downlevel-hidden and downlevel-revealed).
 */
export function asOutlook(html: string): string {
  return html
    .replace(
      /<!--\[if ([^\]]*)\]>(?:<!-->)?([\s\S]*?)(?:<!--)?<!\[endif\]-->/gi,
      (_all, condition: string, content: string) =>
        appliesToOutlook(condition) ? content.replace(/<!--\s*$/, '') : '',
    )
    .replace(/<!\[if ([^\]]*)\]>([\s\S]*?)<!\[endif\]>/gi, (_all, condition: string, content: string) =>
      appliesToOutlook(condition) ? content : '',
    );
}

/** The version of Word that Outlook 2016 and later uses. */
const version = 16;

/** Whether a condition such as `(gte mso 9)|(IE)` applies to Outlook on Windows. */
export function appliesToOutlook(condition: string): boolean {
  return condition
    .split('|')
    .some((alternative) =>
      alternative.split('&').every((part) => isTrue(part.replace(/[()\s]+/g, ' ').trim())),
    );
}

function isTrue(term: string): boolean {
  if (term.startsWith('!')) return !isTrue(term.slice(1).trim());
  const [, comparison = '', number] = /^(?:(gte?|lte?|eq) )?mso(?: (\d+))?$/i.exec(term) ?? [null, 'none'];
  if (comparison === 'none') return term === 'true';
  if (number === undefined) return true;
  const asked = Number(number);
  switch (comparison.toLowerCase()) {
    case 'gt':
      return version > asked;
    case 'gte':
      return version >= asked;
    case 'lt':
      return version < asked;
    case 'lte':
      return version <= asked;
    default:
      return version === asked;
  }
}
