import type pg from 'pg';
import type { WrittenAnswer } from './answers.ts';
import { deliveries, type StoredCopy, storedCopies } from './database-rows.ts';
import type { Desk } from './environment.ts';
import type { GmailMessage, LedgerEntry, SimulatedGoogle } from './simulated-google.ts';
import type { Traffic } from './traffic.ts';

export type Finding = {
  kind: 'lost' | 'doubled' | 'disordered' | 'falseDisconnections';
  what: string;
  /** Ids to look for in the logs. */
  ids: string[];
};

export type Compared = {
  google: SimulatedGoogle;
  pool: pg.Pool;
  desks: Desk[];
  traffic: Traffic;
  answers: readonly WrittenAnswer[];
};

/** Whether Gmail's labels let a message come in (R2). */
export const isReceivable = ({ labels }: GmailMessage) =>
  !labels.some((label) => label === 'SPAM' || label === 'TRASH' || label === 'DRAFT');

/** Holds what Google's ledger and mailboxes say against the database. */
export async function compareMail({ google, pool, desks, traffic }: Compared): Promise<Finding[]> {
  const findings: Finding[] = [];
  const stored = await storedCopies(pool);
  const ledger = await google.ledger();
  for (const desk of desks) {
    for (const [account, mailboxId] of desk.mailboxes) {
      const gmailMessages = await google.messagesOf(account);
      const copies = new Map(
        stored.filter((copy) => copy.mailboxId === mailboxId).map((copy) => [copy.gmailId, copy]),
      );
      findings.push(...lost({ account, gmailMessages, copies, traffic }));
      findings.push(...unexpected({ account, copies, traffic, gmailMessages, ledger }));
    }
    const own = stored.filter(({ instanceId }) => instanceId === desk.instanceId);
    findings.push(
      ...storedAsOne(desk, own),
      ...storedTwice(desk, own),
      ...splitConversations(desk, own, traffic),
    );
  }
  findings.push(...(await orphans(pool)));
  return findings;
}

type OfMailbox = {
  account: string;
  gmailMessages: GmailMessage[];
  copies: Map<string, StoredCopy>;
  traffic: Traffic;
};

/** What should be there and is not, or is there as something else. */
function lost({ account, gmailMessages, copies, traffic }: OfMailbox): Finding[] {
  const findings: Finding[] = [];
  const report = (id: string, what: string) =>
    findings.push({ kind: 'lost', what: `${what}: ${id} of ${account}`, ids: [id, account] });
  for (const message of gmailMessages) {
    const copy = copies.get(message.id);
    const isRequired = isReceivable(message) || traffic.mustStay.has(`${account} ${message.id}`);
    if (!copy) {
      if (isRequired)
        report(message.id, `not stored (labels ${message.labels}, subject “${message.subject}”)`);
    } else if (!copy.messageId) {
      report(message.id, 'known, but without a message');
    } else if (copy.rfcMessageId !== message.rfcMessageId || copy.subject !== message.subject) {
      // Our own words are stored as written; of them, the Message-ID tells.
      if (copy.origin === 'gmail' || copy.rfcMessageId !== message.rfcMessageId)
        report(
          message.id,
          `stored as another message (${copy.messageId}, ${copy.rfcMessageId}, ${copy.subject})`,
        );
    } else if (copy.origin === 'gmail' && !copy.hasRaw) report(message.id, 'stored without its bytes');
  }
  const present = new Set(gmailMessages.map(({ id }) => id));
  for (const key of traffic.mustStay) {
    const [of, id] = key.split(' ') as [string, string];
    if (of === account && !present.has(id) && !copies.get(id)?.messageId)
      report(id, 'was stored, was then deleted in Gmail, and is gone here');
  }
  return findings;
}

/** What is there and should not be. */
function unexpected({
  account,
  gmailMessages,
  copies,
  traffic,
  ledger,
}: OfMailbox & { ledger: readonly LedgerEntry[] }): Finding[] {
  const everSeen = new Set([...gmailMessages.map(({ id }) => id)]);
  for (const entry of ledger) if (entry.account === account && entry.gmailId) everSeen.add(entry.gmailId);
  return [...copies.keys()].flatMap((id): Finding[] => {
    if (!everSeen.has(id))
      return [{ kind: 'doubled', what: `${account} never had ${id}`, ids: [id, account] }];
    if (traffic.staysInSpam.has(`${account} ${id}`))
      return [{ kind: 'doubled', what: `${id} of ${account} came in out of Spam`, ids: [id, account] }];
    return [];
  });
}

/** Two messages of one mailbox are never one message here. */
function storedAsOne(desk: Desk, copies: StoredCopy[]): Finding[] {
  const byMessage = Map.groupBy(
    copies.filter(({ messageId }) => messageId),
    ({ mailboxId, messageId }) => `${mailboxId} ${messageId}`,
  );
  return [...byMessage.values()].flatMap((same): Finding[] => {
    const ids = same.map(({ gmailId }) => gmailId);
    if (same.length === 1) return [];
    // Two Sent copies are a message sent twice (compareSends); of others one has swallowed the rest.
    if (same[0]!.origin === 'postroom') return [];
    const what = `${ids.join(', ')} are stored as one message, ${same[0]!.messageId}, in instance ${desk.instanceId}`;
    return [{ kind: 'lost', what, ids }];
  });
}

/** One mail that reached several mailboxes of an instance is one message here. */
function storedTwice(desk: Desk, copies: StoredCopy[]): Finding[] {
  const byMail = Map.groupBy(
    copies.filter(({ messageId, rfcMessageId }) => messageId && rfcMessageId),
    ({ rfcMessageId }) => rfcMessageId,
  );
  return [...byMail].flatMap(([rfcMessageId, same]): Finding[] => {
    const perMailbox = Map.groupBy(same, ({ mailboxId }) => mailboxId);
    const mails = Math.max(...[...perMailbox.values()].map((of) => of.length));
    const messages = new Set(same.map(({ messageId }) => messageId));
    if (messages.size <= mails) return [];
    const what = `${rfcMessageId} is stored ${messages.size} times in instance ${desk.instanceId}, and came ${mails} times`;
    return [{ kind: 'doubled', what, ids: same.flatMap(({ gmailId, messageId }) => [gmailId, messageId!]) }];
  });
}

/** A thread, and a story, is in one conversation of an instance. */
function splitConversations(desk: Desk, copies: StoredCopy[], traffic: Traffic): Finding[] {
  const accountOf = new Map([...desk.mailboxes].map(([account, mailboxId]) => [mailboxId, account]));
  const whole = copies.filter(({ conversationId }) => conversationId);
  const threads = Map.groupBy(
    whole,
    ({ mailboxId, gmailThreadId }) => `${accountOf.get(mailboxId)} ${gmailThreadId}`,
  );
  const stories = Map.groupBy(whole, ({ mailboxId, gmailThreadId }) => {
    const story = traffic.storyOf(accountOf.get(mailboxId)!, gmailThreadId);
    return story ? `story ${story.number} (${story.accounts.join(', ')})` : '';
  });
  stories.delete('');
  return [...threads, ...stories].flatMap(([name, same]): Finding[] => {
    const conversations = [...new Set(same.map(({ conversationId }) => conversationId!))];
    if (conversations.length === 1) return [];
    const parts = same
      .toSorted((a, b) => a.internalDate.getTime() - b.internalDate.getTime())
      .map((copy) => `${accountOf.get(copy.mailboxId)} ${copy.gmailId} → ${copy.conversationId}`);
    const what = `${name} is in ${conversations.length} conversations: ${parts.join('; ')}`;
    return [{ kind: 'disordered', what, ids: [...conversations, ...same.map(({ gmailId }) => gmailId)] }];
  });
}

/** Messages of Gmail's that no Gmail message stands behind. */
async function orphans(pool: pg.Pool): Promise<Finding[]> {
  const { rows } = await pool.query(
    `select m.id, m.subject from message m where m.origin = 'gmail'
       and not exists (select from gmail_message g where g.instance_id = m.instance_id and g.message_id = m.id)`,
  );
  return rows.map(({ id, subject }) => ({
    kind: 'doubled',
    what: `message ${id} (“${subject}”) belongs to no Gmail message`,
    ids: [id],
  }));
}

/** Each answer taken is sent exactly once, and those of a conversation in the order written. */
export async function compareSends({ google, pool, answers }: Compared): Promise<Finding[]> {
  const findings: Finding[] = [];
  const accepted = Map.groupBy(
    (await google.ledger()).filter(({ kind, delivery }) => kind === 'accepted' && delivery),
    ({ delivery }) => delivery!,
  );
  const messageOf = new Map((await storedCopies(pool)).map((copy) => [copy.gmailId, copy.messageId]));
  const rows = new Map((await deliveries(pool)).map((row) => [row.messageId, row]));
  /** What left last, of a conversation and a mailbox: another mailbox does not wait for one that is disconnected. */
  const lastOf = new Map<string, { seq: number; words: string }>();
  for (const { id, conversationId, mailboxId } of answers) {
    const sends = accepted.get(id) ?? [];
    const row = rows.get(id);
    const report = (kind: Finding['kind'], what: string) =>
      findings.push({
        kind,
        what: `answer ${id} of conversation ${conversationId} ${what}`,
        ids: [id, conversationId],
      });
    if (!row) report('lost', 'was taken and is not there');
    else if (sends.length === 0)
      report('lost', `was not sent (${row.state}, ${row.attempts} attempts, ${row.problem?.code})`);
    else if (sends.length > 1)
      report('doubled', `was sent ${sends.length} times: ${sends.map(describeSend).join(', ')}`);
    else if (row.state !== 'sent' || row.gmailId !== sends[0]!.gmailId)
      report('lost', `was sent as ${sends[0]!.gmailId}, and is here ${row.state} as ${row.gmailId}`);
    const [first] = sends;
    if (!first || !row) continue;
    if (messageOf.get(first.gmailId!) !== id)
      report('doubled', `has its Sent copy ${first.gmailId} stored as ${messageOf.get(first.gmailId!)}`);
    const key = `${conversationId} ${mailboxId}`;
    const description = `${id}, written ${row.createdAt.toISOString()}, ${row.attempts} attempts, sent as ${describeSend(first)}`;
    const before = lastOf.get(key);
    if (before && before.seq > first.seq)
      report('disordered', `left before an earlier one: ${description}; ${before.words}`);
    lastOf.set(key, { seq: first.seq, words: description });
  }
  return findings;
}

const describeSend = ({ gmailId, account, at }: LedgerEntry) =>
  `${gmailId} of ${account} at ${new Date(at).toISOString()}`;
