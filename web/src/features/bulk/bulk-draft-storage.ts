/** What a bulk message says, and what it is sent from. */
export type BulkContent = { mailboxId: string | null; alias: string | null; subject: string; html: string };
/** What the server does not have yet, as this browser keeps it. */
export type KeptBulkMessage = { instanceId: string; bulkId: string; content: BulkContent };

const prefix = (userId: string) => `postroom bulk ${userId} `;

/** The content of a bulk message that is kept in this browser; null where there is none. */
export function readKeptBulkMessage(userId: string, bulkId: string): BulkContent | null {
  return read(prefix(userId) + bulkId)?.content ?? null;
}

/** Keeps content in this browser until the server has it; null removes it. */
export function keepBulkMessage(
  { instanceId, bulkId, userId }: { instanceId: string; bulkId: string; userId: string },
  content: BulkContent | null,
): void {
  const kept: KeptBulkMessage | null = content && { instanceId, bulkId, content };
  try {
    if (!kept) localStorage.removeItem(prefix(userId) + bulkId);
    else localStorage.setItem(prefix(userId) + bulkId, JSON.stringify(kept));
  } catch {
    // Without localStorage (private windows, a full disk) it is saved on the server only.
  }
}

/** The user's bulk messages of an organization that are kept in this browser. */
export function keptBulkMessages(userId: string, instanceId: string): KeptBulkMessage[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix(userId)))
      .flatMap((key) => read(key) ?? [])
      .filter((kept) => kept.instanceId === instanceId);
  } catch {
    return [];
  }
}

function read(key: string): KeptBulkMessage | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as KeptBulkMessage | null;
    return typeof kept?.content?.html === 'string' ? kept : null;
  } catch {
    return null;
  }
}
