/** Enough for real threads, and well below the header limits of mail servers. */
const maxReferences = 30;

/**
 * In-Reply-To and References of a reply (RFC 5322 §3.6.4): the References of the original, or its
 * In-Reply-To, followed by its Message-ID. Of a long chain, the first id and the newest ones are kept.
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
