import type { Compared, Finding } from './compare-mail.ts';
import type { DatabaseAccess } from './database-access.ts';
import { storedCopies } from './database-rows.ts';
import type { LiveStream } from './watch-mailboxes.ts';

type ConversationResponse = {
  conversation: { id: string; snippet: string; lastMessageAt: string; lastDirection: string };
  messages: Array<{ id: string; direction: string; sentAt: string }>;
};

/** Timelines as an agent gets them: in Gmail's order, each message once, the newest one previewed in the list. */
export async function compareTimelines({ pool, desks }: Compared): Promise<Finding[]> {
  const findings: Finding[] = [];
  const dates = Map.groupBy(await storedCopies(pool), ({ messageId }) => messageId);
  const { rows: snippets } = await pool.query(`select id, snippet, kind from message`);
  const snippetOf = new Map<string, string>(snippets.map(({ id, snippet }) => [id, snippet]));
  // Automatic messages need not move a conversation up in the list (docs/product.md, R6).
  const automaticMessages = new Set<string>(
    snippets.flatMap(({ id, kind }) => (kind === 'ordinary' || kind === 'list' ? [] : [id])),
  );
  for (const { instanceId, agents } of desks) {
    const agent = agents[0]!;
    const { rows } = await pool.query(`select id from conversation where instance_id = $1`, [instanceId]);
    for (const { id } of rows) {
      const response = await agent.call('GET', `/conversations/${id}`);
      const { conversation, messages } = response.json() as ConversationResponse;
      const report = (what: string, kind: Finding['kind'] = 'disordered') =>
        findings.push({ kind, what: `conversation ${id} ${what}`, ids: [id] });
      if (new Set(messages.map((message) => message.id)).size < messages.length)
        report('shows a message twice', 'doubled');
      let before = 0;
      for (const message of messages) {
        const at = Date.parse(message.sentAt);
        if (at < before) report(`shows ${message.id} after a later one`);
        before = at;
        const copies = dates.get(message.id) ?? [];
        if (copies.length > 0 && !copies.some(({ internalDate }) => internalDate.getTime() === at))
          report(
            `shows ${message.id} at ${message.sentAt}, but Gmail has ${copies[0]!.internalDate.toISOString()}`,
          );
      }
      const matches = (shown: ConversationResponse['messages']) => {
        const newest = shown.filter(({ sentAt }) => sentAt === shown.at(-1)!.sentAt);
        // Of several messages with the same millisecond, any may be the preview.
        return newest.some(
          (message) =>
            Date.parse(message.sentAt) === Date.parse(conversation.lastMessageAt) &&
            snippetOf.get(message.id) === conversation.snippet &&
            message.direction === conversation.lastDirection,
        );
      };
      if (!matches(messages) && !matches(messages.filter((message) => !automaticMessages.has(message.id)))) {
        const { sentAt, direction } = messages.at(-1)!;
        report(
          `ends ${direction} at ${sentAt}, but the list has ${conversation.lastDirection} at ${conversation.lastMessageAt}`,
        );
      }
    }
  }
  return findings;
}

/** The number of the newest event of each instance. */
export async function newestEvents(pool: DatabaseAccess): Promise<Map<string, number>> {
  const { rows } = await pool.query(`select instance_id, last_seq from event_sequence`);
  return new Map(rows.map(({ instance_id, last_seq }) => [instance_id, Number(last_seq)]));
}

/**
 * Events are numbered 1, 2, 3 … per instance, each message has one, and the live stream delivered all of them up
 * to `newest`. Later ones may be missing: an attempt to read an unreadable message is an event too.
 */
export async function compareEvents(
  pool: DatabaseAccess,
  streams: LiveStream[],
  newest: ReadonlyMap<string, number>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { instanceId, receivedSeqs, resets } of streams) {
    const report = (what: string, kind: Finding['kind'] = 'disordered') =>
      findings.push({ kind, what: `instance ${instanceId}: ${what}`, ids: [instanceId] });
    const { rows } = await pool.query(`select seq from event where instance_id = $1 order by seq`, [
      instanceId,
    ]);
    const gapInTable = rows.findIndex(({ seq }, index) => Number(seq) !== index + 1);
    if (gapInTable >= 0) report(`event ${rows[gapInTable].seq} is stored in place of ${gapInTable + 1}`);
    const expected = new Set(await eventsForFollower(pool, instanceId, newest.get(instanceId) ?? 0));
    const received = new Set(receivedSeqs);
    const back = receivedSeqs.findIndex((seq, index) => seq <= (receivedSeqs[index - 1] ?? 0));
    if (resets === 0 && back >= 0)
      report(`the live stream delivered ${receivedSeqs[back]} after ${receivedSeqs[back - 1] ?? 0}`);
    const missing = [...expected].filter((seq) => !received.has(seq));
    if (resets === 0 && missing.length > 0)
      report(`the live stream did not deliver the events ${missing.join(', ')}`, 'lost');
    const { rows: storedEvents } = await pool.query(
      `select m.id, count(e.seq)::int as times from message m
       left join event e on e.instance_id = m.instance_id and e.type = 'message.stored' and e.data->>'messageId' = m.id::text
       where m.instance_id = $1 group by m.id having count(e.seq) <> 1`,
      [instanceId],
    );
    for (const { id, times } of storedEvents)
      report(`message ${id} has ${times} events`, times ? 'doubled' : 'lost');
  }
  return findings;
}

/** The numbers of the events up to `newest` that the follower's stream gets: those that concern another alone are left out. */
async function eventsForFollower(
  pool: DatabaseAccess,
  instanceId: string,
  newest: number,
): Promise<number[]> {
  const { rows } = await pool.query(
    `select seq::int from event where instance_id = $1 and seq <= $2 and (
       not (type = 'notification.changed' or type = 'draft.changed' and data->>'conversationId' is null)
       or data->>'userId' = (select u.id::text from users u, instance i
         where i.id = $1 and u.email = 'agent-1@' || i.slug || '.example')) order by seq`,
    [instanceId, newest],
  );
  return rows.map(({ seq }) => seq);
}
