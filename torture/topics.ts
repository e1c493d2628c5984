import type { OutgoingMail, Person } from './compose-mail.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';

/** A topic a customer writes about: one conversation in every instance that receives it. */
export type Topic = {
  number: number;
  subject: string;
  customer: Person;
  /** The mailboxes it is addressed to. */
  accounts: string[];
  /** The Message-IDs of its sent messages, oldest first. */
  chain: string[];
  /** Its thread and its messages in each account. */
  threads: Map<string, string>;
  gmailIds: Map<string, string[]>;
  /** Whether an agent has answered it. */
  answered: boolean;
  /** No more messages are added to it. */
  closed: boolean;
};

/** The topics of a run, found by subject, thread or Message-ID. */
export type Topics = ReturnType<typeof createTopics>;

export function createTopics({
  google,
  accounts,
  random,
}: {
  google: SimulatedGoogle;
  /** The accounts whose mailboxes are connected. */
  accounts: string[];
  random: SeededRandom;
}) {
  const topics: Topic[] = [];
  const byThread = new Map<string, Topic>();
  const byMessageId = new Map<string, Topic>();
  const bySubject = new Map<string, Topic>();
  let entriesRead = 0;
  let numbers = 0;

  const randomCustomer = (): Person => {
    const number = random.between(1, 2_000);
    return { name: `Customer ${number}`, address: `customer${number}@far.example` };
  };

  return {
    /** A new topic and its first mail. */
    start(to: string[], customer = randomCustomer()): { topic: Topic; mail: OutgoingMail } {
      numbers += 1;
      const topic: Topic = {
        number: numbers,
        subject: `Question ${numbers} about an order`,
        customer,
        accounts: to,
        chain: [],
        threads: new Map(),
        gmailIds: new Map(),
        answered: false,
        closed: false,
      };
      topics.push(topic);
      bySubject.set(topic.subject, topic);
      const messageId = `<topic-${numbers}.${random.between(0, 1e9)}@far.example>`;
      byMessageId.set(messageId, topic);
      return {
        topic,
        mail: { from: customer, to, subject: topic.subject, messageId, text: `Topic ${numbers}` },
      };
    },

    /** A reply of the customer, usually to the last message of the topic, sometimes to an earlier one. */
    reply(topic: Topic): OutgoingMail {
      numbers += 1;
      const messageId = `<reply-${numbers}.${random.between(0, 1e9)}@far.example>`;
      byMessageId.set(messageId, topic);
      return {
        from: topic.customer,
        to: random.maybe(0.5) ? topic.accounts : [random.pick(topic.accounts)],
        subject: `Re: ${topic.subject}`,
        messageId,
        inReplyTo: random.maybe(0.8) ? topic.chain.at(-1)! : random.pick(topic.chain),
        references: [topic.chain[0]!, ...topic.chain.slice(1).slice(-9)],
        text: `Reply ${numbers}`,
      };
    },

    /** One of the newest topics to which a message may be added; undefined if none was found. */
    pickOpen(): Topic | undefined {
      for (let tries = 0; tries < 20; tries += 1) {
        const topic = random.pick(topics.slice(-150));
        // At most 12 per customer: more than 20 in an hour count as a loop (docs/product.md, R6).
        if (topic && !topic.closed && topic.chain.length > 0 && topic.chain.length < 12) return topic;
      }
    },

    /** Reads from the ledger the threads of the topics and the Message-IDs that Gmail generated. */
    async readLedger(): Promise<void> {
      const ledger = await google.ledger();
      for (; entriesRead < ledger.length; entriesRead += 1) {
        const { kind, account, gmailId, threadId, rfcMessageId, subject, delivery } = ledger[entriesRead]!;
        if (kind === 'outside' || !account || !threadId || !gmailId || !accounts.includes(account)) continue;
        const topic =
          bySubject.get(subject) ??
          byThread.get(`${account} ${threadId}`) ??
          byMessageId.get(rfcMessageId ?? '');
        if (!topic) continue;
        if (kind === 'accepted' && delivery) topic.answered = true;
        byThread.set(`${account} ${threadId}`, topic);
        topic.threads.set(account, threadId);
        topic.gmailIds.set(account, [...(topic.gmailIds.get(account) ?? []), gmailId]);
        if (!rfcMessageId || topic.chain.includes(rfcMessageId)) continue;
        topic.chain.push(rfcMessageId);
        byMessageId.set(rfcMessageId, topic);
      }
    },

    ofThread: (account: string, threadId: string) => byThread.get(`${account} ${threadId}`),
  };
}
