import { compareSentContent } from './compare-content.ts';
import type { Compared, Finding } from './compare-mail.ts';
import { deliveries, storedCopies } from './database-rows.ts';
import type { LedgerEntry } from './simulated-google.ts';

/**
 * Each accepted answer is sent exactly once, or once at most if a restore forgot it, as it was written, and those of a
 * conversation in the order written.
 */
export async function compareSends(compared: Compared): Promise<Finding[]> {
  const { google, pool, answers } = compared;
  const findings: Finding[] = [];
  const accepted = Map.groupBy(
    (await google.ledger()).filter(({ kind, delivery }) => kind === 'accepted' && delivery),
    ({ delivery }) => delivery!,
  );
  const messageOf = new Map((await storedCopies(pool)).map((copy) => [copy.gmailId, copy.messageId]));
  const rows = new Map((await deliveries(pool)).map((row) => [row.messageId, row]));
  /** The last send of a conversation and a mailbox: mailboxes do not wait for a disconnected one. */
  const lastOf = new Map<string, { seq: number; description: string }>();
  for (const answer of answers) {
    const { id, conversationId, mailboxId, forgotten } = answer;
    const sends = accepted.get(id) ?? [];
    const row = rows.get(id);
    if (forgotten && !row && sends.length <= 1) continue;
    const report = (kind: Finding['kind'], what: string) =>
      findings.push({
        kind,
        what: `answer ${id} of conversation ${conversationId} ${what}`,
        ids: [id, conversationId],
      });
    if (!row) report('lost', 'was accepted and is not stored');
    else if (sends.length === 0)
      report('lost', `was not sent (${row.state}, ${row.attempts} attempts, ${row.problem?.code})`);
    else if (sends.length > 1)
      report('doubled', `was sent ${sends.length} times: ${sends.map(describeSend).join(', ')}`);
    else if (row.state !== 'sent' || row.gmailId !== sends[0]!.gmailId)
      report('lost', `was sent as ${sends[0]!.gmailId}, but is stored as ${row.state} with ${row.gmailId}`);
    const [first] = sends;
    if (!first || !row) continue;
    if (messageOf.get(first.gmailId!) !== id)
      report('doubled', `has its Sent copy ${first.gmailId} stored as ${messageOf.get(first.gmailId!)}`);
    if (row.state === 'sent')
      for (const what of await compareSentContent(compared, answer, first)) report('changed', what);
    const key = `${conversationId} ${mailboxId}`;
    const description = `${id}, written ${row.createdAt.toISOString()}, ${row.attempts} attempts, sent as ${describeSend(first)}`;
    const before = lastOf.get(key);
    if (before && before.seq > first.seq)
      report('disordered', `was sent before an earlier one: ${description}; ${before.description}`);
    lastOf.set(key, { seq: first.seq, description });
  }
  return findings;
}

const describeSend = ({ gmailId, account, at }: LedgerEntry) =>
  `${gmailId} of ${account} at ${new Date(at).toISOString()}`;
