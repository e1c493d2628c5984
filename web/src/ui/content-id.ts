/**
 * The entry of a part that a `cid:` URL refers to. `reference` is the URL without its scheme: the Content-ID,
 * percent-encoded (RFC 2392, section 2). Some programs leave its angle brackets, or write it in another case.
 */
export function findByContentId<Entry>(reference: string, entries: Map<string, Entry>): Entry | undefined {
  const contentId = decode(reference)
    .replace(/^\s*<|>\s*$/g, '')
    .trim();
  const exact = entries.get(contentId) ?? entries.get(reference);
  if (exact !== undefined) return exact;
  const lower = contentId.toLowerCase();
  return [...entries].find(([id]) => id.toLowerCase() === lower)?.[1];
}

function decode(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
