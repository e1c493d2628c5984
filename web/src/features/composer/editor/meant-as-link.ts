/**
 * Whether a typed or pasted text is meant as a link: with a scheme, as `www.`, or an email address. Other names with
 * a dot are files as often (`file.zip`, `report.md`, `node.js`), and those endings are domains too.
 */
export function isMeantAsLink(text: string): boolean {
  return (
    /^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:|tel:|www\.)/i.test(text) ||
    /^[^\s@:/]+@[^\s@/]+\.[^\s@/]+$/.test(text)
  );
}

/**
 * The target of a link from an address as people type it: without a scheme, mail programs would take it for a file.
 * Placeholders are filled in later.
 */
export function linkTarget(typed: string): string {
  const text = typed.trim();
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:|tel:|sms:|\{\{|#)/i.test(text)) return text;
  return isMeantAsLink(text) && text.includes('@') ? `mailto:${text}` : `https://${text}`;
}
