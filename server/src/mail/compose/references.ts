/** Enough for any thread read by people; with it the header stays well below any server's limit. */
const maxReferences = 30;

/**
 * In-Reply-To and References of an answer to a message (RFC 5322 §3.6.4): its own References, or its
 * In-Reply-To, then its id. A long chain keeps its first id and the newest ones.
 */
export function replyReferences(original: {
  rfcMessageId: string | null;
  inReplyTo: string | null;
  references: string[];
}): { inReplyTo: string | null; references: string[] } {
  const { rfcMessageId, inReplyTo, references } = original;
  const before = references.length > 0 ? references : inReplyTo ? [inReplyTo] : [];
  const chain = [
    ...new Set([...before.filter((id) => id !== rfcMessageId), ...(rfcMessageId ? [rfcMessageId] : [])]),
  ];
  const shortened =
    chain.length <= maxReferences ? chain : [chain[0]!, ...chain.slice(chain.length - maxReferences + 1)];
  return { inReplyTo: rfcMessageId, references: shortened };
}
