/** More than any mail client writes; the rest is ignored. */
const maxReferences = 100;

/** How many references are locked: a message stored at the same moment is among the last ones cited. */
export const maxLockedReferences = 8;

/** The Message-IDs a message cites, nearest first (In-Reply-To, then References from the newest back), each once. */
export function referencedIds({
  inReplyTo,
  references,
}: {
  inReplyTo: string | null;
  references: string[];
}): string[] {
  const nearestFirst = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()];
  return [...new Set(nearestFirst)].slice(0, maxReferences);
}
