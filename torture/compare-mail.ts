import type { WrittenAnswer } from './answers.ts';
import type { DatabaseAccess } from './database-access.ts';
import { type StoredCopy, setAside, storedCopies } from './database-rows.ts';
import type { Desk } from './environment.ts';
import type { Poison } from './poison.ts';
import type { GmailMessage, LedgerEntry, SimulatedGoogle } from './simulated-google.ts';
import type { Traffic } from './traffic.ts';

export type Finding = {
  /** `changed`: sent or stored with other content than meant. */
  kind: 'lost' | 'doubled' | 'disordered' | 'changed' | 'falseDisconnections';
  what: string;
  /** Ids to search the logs for. */
  ids: string[];
};

export type Compared = {
  google: SimulatedGoogle;
  pool: DatabaseAccess;
  desks: Desk[];
  traffic: Traffic;
  answers: readonly WrittenAnswer[];
  poison: Poison;
};

/** Whether Postroom receives a message with these Gmail labels (docs/product.md, R2). */
export const isReceivable = ({ labels }: GmailMessage) =>
  !labels.some((label) => label === 'SPAM' || label === 'TRASH' || label === 'DRAFT');

/** Compares Google's ledger and mailboxes with the database. */
export async function compareMail(compared: Compared): Promise<Finding[]> {
  const { google, pool, desks, traffic } = compared;
  const findings: Finding[] = [];
  const stored = await storedCopies(pool);
  const aside = await setAside(pool);
  const ledger = await google.ledger();
  for (const desk of desks) {
    for (const [account, mailboxId] of desk.mailboxes) {
      const gmailMessages = await google.messagesOf(account);
      const copies = new Map(
        stored.filter((copy) => copy.mailboxId === mailboxId).map((copy) => [copy.gmailId, copy]),
      );
      const readable = gmailMessages.filter(
        ({ rfcMessageId }) => !compared.poison.isUnreadable(rfcMessageId),
      );
      findings.push(...lost({ account, gmailMessages: readable, copies, traffic }));
      findings.push(...notShownAsUnreadable({ account, mailboxId, gmailMessages, aside }, compared));
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

/** Messages that are missing in the database, or stored with other content. */
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
      report(message.id, 'its Gmail id is stored, but no message');
    } else if (copy.rfcMessageId !== message.rfcMessageId || copy.subject !== message.subject) {
      // Answers of Postroom are stored as the agent wrote them: only their Message-ID is compared, if it was read back.
      const isOther = copy.rfcMessageId !== null && copy.rfcMessageId !== message.rfcMessageId;
      if (copy.origin === 'gmail' || isOther)
        report(
          message.id,
          `stored as another message (${copy.messageId}, ${copy.rfcMessageId}, ${copy.subject})`,
        );
    } else if (copy.origin === 'gmail' && !copy.hasRaw) report(message.id, 'stored without its source');
  }
  const present = new Set(gmailMessages.map(({ id }) => id));
  for (const key of traffic.mustStay) {
    const [of, id] = key.split(' ') as [string, string];
    if (of === account && !present.has(id) && !copies.get(id)?.messageId)
      report(id, 'was stored, then deleted in Gmail, and is missing in Postroom');
  }
  return findings;
}

/** Messages that Gmail never returned, and that Postroom does not show as unreadable. */
function notShownAsUnreadable(
  of: { account: string; mailboxId: string; gmailMessages: GmailMessage[]; aside: Set<string> },
  { poison }: Compared,
): Finding[] {
  return of.gmailMessages.flatMap((message): Finding[] => {
    if (!poison.isUnreadable(message.rfcMessageId) || !isReceivable(message)) return [];
    if (of.aside.has(`${of.mailboxId} ${message.id}`)) return [];
    const what = `${message.id} of ${of.account} cannot be read, and is not set aside`;
    return [{ kind: 'lost', what, ids: [message.id, of.account] }];
  });
}

/** Messages that are stored and should not be. */
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
      return [
        {
          kind: 'doubled',
          what: `${id} of ${account} was received although it is in Spam`,
          ids: [id, account],
        },
      ];
    return [];
  });
}

/** Two messages of one mailbox are never stored as one message. */
function storedAsOne(desk: Desk, copies: StoredCopy[]): Finding[] {
  const byMessage = Map.groupBy(
    copies.filter(({ messageId }) => messageId),
    ({ mailboxId, messageId }) => `${mailboxId} ${messageId}`,
  );
  return [...byMessage.values()].flatMap((same): Finding[] => {
    const ids = same.map(({ gmailId }) => gmailId);
    if (same.length === 1) return [];
    // Two Sent copies mean that a message was sent twice: compareSends reports that.
    if (same[0]!.origin === 'postroom') return [];
    const what = `${ids.join(', ')} are stored as one message, ${same[0]!.messageId}, in instance ${desk.instanceId}`;
    return [{ kind: 'lost', what, ids }];
  });
}

/** A mail that arrives in several mailboxes of an instance is stored as one message. */
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
    const what = `${rfcMessageId} is stored ${messages.size} times in instance ${desk.instanceId}, and arrived ${mails} times`;
    return [{ kind: 'doubled', what, ids: same.flatMap(({ gmailId, messageId }) => [gmailId, messageId!]) }];
  });
}

/** All messages of a thread, and all of a topic, are in one conversation of an instance. */
function splitConversations(desk: Desk, copies: StoredCopy[], traffic: Traffic): Finding[] {
  const accountOf = new Map([...desk.mailboxes].map(([account, mailboxId]) => [mailboxId, account]));
  const whole = copies.filter(({ conversationId }) => conversationId);
  const threads = Map.groupBy(
    whole,
    ({ mailboxId, gmailThreadId }) => `${accountOf.get(mailboxId)} ${gmailThreadId}`,
  );
  const topics = Map.groupBy(whole, ({ mailboxId, gmailThreadId }) => {
    const topic = traffic.topicOf(accountOf.get(mailboxId)!, gmailThreadId);
    return topic ? `topic ${topic.number} (${topic.accounts.join(', ')})` : '';
  });
  topics.delete('');
  return [...threads, ...topics].flatMap(([name, same]): Finding[] => {
    const conversations = [...new Set(same.map(({ conversationId }) => conversationId!))];
    if (conversations.length === 1) return [];
    const parts = same
      .toSorted((a, b) => a.internalDate.getTime() - b.internalDate.getTime())
      .map((copy) => `${accountOf.get(copy.mailboxId)} ${copy.gmailId} → ${copy.conversationId}`);
    const what = `${name} is in ${conversations.length} conversations: ${parts.join('; ')}`;
    return [{ kind: 'disordered', what, ids: [...conversations, ...same.map(({ gmailId }) => gmailId)] }];
  });
}

/** Messages received from Gmail that have no row in gmail_message. */
async function orphans(pool: DatabaseAccess): Promise<Finding[]> {
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
