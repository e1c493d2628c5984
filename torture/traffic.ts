import { composeMail, type OutgoingMail, type Person } from './compose-mail.ts';
import type { Desk } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';

/** A topic a customer writes about: one conversation in every instance it reaches. */
export type Story = {
  number: number;
  subject: string;
  customer: Person;
  /** The mailboxes it is written to. */
  accounts: string[];
  /** The Message-IDs of its messages that are known to have been sent, oldest first. */
  chain: string[];
  /** The thread it has in each account, and the messages there. */
  threads: Map<string, string>;
  gmailIds: Map<string, string[]>;
  /** Whether an agent has answered it. */
  answered: boolean;
  /** Nobody writes in it any more. */
  closed: boolean;
};

/** What is played, by how often. */
const actionWeights = {
  fresh: 36,
  reply: 30,
  'two at once': 6,
  'both instances': 2,
  'no Message-ID': 4,
  'Message-ID again': 4,
  big: 2,
  'from the webmail of a customer': 4,
  'from our own webmail': 6,
  spam: 4,
  'bouncing customer': 2,
} as const;
type Action = keyof typeof actionWeights;

/** What Gmail's owner does now and then, in parts of the messages played. */
const ownerActions = { rescue: 0.06, trash: 0.03, delete: 0.03 };

export type Traffic = {
  /** Plays one message in, and sometimes a trick of the mailbox's owner. */
  play(): Promise<void>;
  /** Messages played so far. */
  played(): number;
  stories: readonly Story[];
  storyOf(account: string, threadId: string): Story | undefined;
  /** Gmail ids (`account id`) that were stored before their owner put them away: they must stay stored. */
  mustStay: ReadonlySet<string>;
  /** Gmail ids (`account id`) that never left Spam: they must not come in. */
  staysInSpam: ReadonlySet<string>;
};

export function openTraffic({
  google,
  desks,
  customers,
  random,
  isStored,
}: {
  google: SimulatedGoogle;
  desks: Desk[];
  /** Accounts of customers at the simulated Google; everyone else is outside. */
  customers: string[];
  random: SeededRandom;
  isStored(account: string, gmailIds: string[]): Promise<string[]>;
}): Traffic {
  const stories: Story[] = [];
  const byThread = new Map<string, Story>();
  const byMessageId = new Map<string, Story>();
  const bySubject = new Map<string, Story>();
  const repeatableMails: Array<{ letter: OutgoingMail; account: string }> = [];
  const inSpam: Array<{ account: string; threadId: string; gmailId: string }> = [];
  const inTrash: Array<{ account: string; threadId: string }> = [];
  const mustStay = new Set<string>();
  const staysInSpam = new Set<string>();
  const accounts = desks.flatMap((desk) => desk.accounts);
  let read = 0;
  let played = 0;
  let numbers = 0;

  const randomCustomer = (): Person => {
    const number = random.between(1, 2_000);
    return { name: `Customer ${number}`, address: `customer${number}@far.example` };
  };

  function startStory(to: string[], customer = randomCustomer()): { story: Story; letter: OutgoingMail } {
    numbers += 1;
    const story: Story = {
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
    stories.push(story);
    bySubject.set(story.subject, story);
    const messageId = `<story-${numbers}.${random.between(0, 1e9)}@far.example>`;
    byMessageId.set(messageId, story);
    return {
      story,
      letter: { from: customer, to, subject: story.subject, messageId, text: `Story ${numbers}` },
    };
  }

  async function send(letter: OutgoingMail, to = letter.to): Promise<void> {
    await google.deliver(letter.from.address, to, composeMail(letter, random));
    await readLedger();
  }

  /** Learns from the ledger what has become of the stories: threads, and Message-IDs that Gmail made. */
  async function readLedger(): Promise<void> {
    const ledger = await google.ledger();
    for (; read < ledger.length; read += 1) {
      const { kind, account, gmailId, threadId, rfcMessageId, subject, delivery } = ledger[read]!;
      if (kind === 'outside' || !account || !threadId || !gmailId || !accounts.includes(account)) continue;
      const story =
        bySubject.get(subject) ??
        byThread.get(`${account} ${threadId}`) ??
        byMessageId.get(rfcMessageId ?? '');
      if (!story) continue;
      if (kind === 'accepted' && delivery) story.answered = true;
      byThread.set(`${account} ${threadId}`, story);
      story.threads.set(account, threadId);
      story.gmailIds.set(account, [...(story.gmailIds.get(account) ?? []), gmailId]);
      if (!rfcMessageId || story.chain.includes(rfcMessageId)) continue;
      story.chain.push(rfcMessageId);
      byMessageId.set(rfcMessageId, story);
    }
  }

  const pickOpenStory = (): Story | undefined => {
    for (let tries = 0; tries < 20; tries += 1) {
      const story = random.pick(stories.slice(-150));
      // No more of one customer: over 20 in an hour is taken for a loop (R6).
      if (story && !story.closed && story.chain.length > 0 && story.chain.length < 12) return story;
    }
  };

  const actionHandlers: Record<Action, () => Promise<void>> = {
    fresh: () => send(startStory([random.pick(accounts)]).letter),
    async reply() {
      const story = pickOpenStory();
      if (!story) return actionHandlers.fresh();
      numbers += 1;
      const messageId = `<reply-${numbers}.${random.between(0, 1e9)}@far.example>`;
      byMessageId.set(messageId, story);
      const to = random.maybe(0.5) ? story.accounts : [random.pick(story.accounts)];
      await send({
        from: story.customer,
        to,
        subject: `Re: ${story.subject}`,
        messageId,
        // Most answer the last message, some an earlier one.
        inReplyTo: random.maybe(0.8) ? story.chain.at(-1)! : random.pick(story.chain),
        references: [story.chain[0]!, ...story.chain.slice(1).slice(-9)],
        text: `Reply ${numbers}`,
      });
    },
    async 'two at once'() {
      const { accounts: own } = desks[0]!;
      const first = random.pick(own);
      const second = random.pick(own.filter((account) => account !== first));
      await send(startStory([first, second]).letter);
    },
    'both instances': () => send(startStory(desks.map((desk) => random.pick(desk.accounts))).letter),
    async 'no Message-ID'() {
      const { letter } = startStory([random.pick(accounts)]);
      await send({ ...letter, messageId: null });
    },
    async 'Message-ID again'() {
      const again = random.maybe(0.5) && repeatableMails.length > 0 ? random.pick(repeatableMails) : null;
      const account = again?.account ?? random.pick(accounts);
      const { story, letter } = startStory([account]);
      // An answer to such a message could belong to either.
      story.closed = true;
      const repeated = again
        ? { ...letter, from: again.letter.from, messageId: again.letter.messageId }
        : letter;
      if (!again) repeatableMails.push({ letter, account });
      await send(repeated);
    },
    async big() {
      await send({
        ...startStory([random.pick(accounts)]).letter,
        attachmentBytes: random.between(1_000_000, 3_600_000),
      });
    },
    async 'from the webmail of a customer'() {
      const address = random.pick(customers);
      const to = random.pick(accounts);
      const { story } = startStory([to], { name: address.split('@')[0]!, address });
      await google.write(address, { to, subject: story.subject, text: `Story ${story.number}` });
      await readLedger();
    },
    async 'from our own webmail'() {
      const answered = random.maybe(0.5) ? pickOpenStory() : undefined;
      const account = answered ? random.pick(answered.accounts) : random.pick(accounts);
      const reply = answered?.gmailIds.get(account)?.at(-1);
      if (answered && reply) {
        await google.write(account, {
          to: answered.customer.address,
          subject: `Re: ${answered.subject}`,
          text: 'Answered in Gmail',
          reply,
        });
      } else {
        const { story } = startStory([account]);
        await google.write(account, {
          to: story.customer.address,
          subject: story.subject,
          text: `Story ${story.number}`,
        });
      }
      await readLedger();
    },
    async spam() {
      const account = random.pick(accounts);
      const { story, letter } = startStory([account]);
      await google.control('spam', { account, marksSpam: true });
      await send(letter);
      await google.control('spam', { account, marksSpam: false });
      const [gmailId] = story.gmailIds.get(account)!;
      inSpam.push({ account, threadId: story.threads.get(account)!, gmailId: gmailId! });
      staysInSpam.add(`${account} ${gmailId}`);
    },
    'bouncing customer'() {
      // More than 20 an hour from one address would be taken for a loop (R6).
      const gone = { name: 'Gone', address: `gone${random.between(1, 100)}@mail.example` };
      return send(startStory([random.pick(accounts)], gone).letter);
    },
  };

  const ownerActionHandlers: Record<keyof typeof ownerActions, () => Promise<void>> = {
    async rescue() {
      if (inTrash.length > 0 && random.maybe(0.4)) {
        const { account, threadId } = inTrash.shift()!;
        return google.applyAction(account, 'trash', threadId, 'restore');
      }
      // A third stays in Spam for good.
      const rescued =
        inSpam.length > 6 ? inSpam.splice(random.between(0, inSpam.length - 1), 1)[0] : undefined;
      if (!rescued) return;
      staysInSpam.delete(`${rescued.account} ${rescued.gmailId}`);
      await google.applyAction(rescued.account, 'spam', rescued.threadId, 'not-spam');
    },
    trash: () => removeThread(random.maybe(0.7) ? 'trash' : 'spam'),
    delete: () => removeThread('delete'),
  };

  async function removeThread(how: 'trash' | 'spam' | 'delete'): Promise<void> {
    // A Sent copy deleted before Postroom has seen it is a message that was never sent.
    await readLedger();
    const story = pickOpenStory();
    // Of a story in two mailboxes the parts would no longer find together.
    if (!story || story.accounts.length > 1 || (how === 'delete' && story.answered)) return;
    const [account] = story.accounts as [string];
    const threadId = story.threads.get(account);
    if (!threadId || inSpam.some((one) => one.threadId === threadId)) return;
    if (how === 'delete') story.closed = true;
    for (const id of await isStored(account, story.gmailIds.get(account) ?? [])) {
      mustStay.add(`${account} ${id}`);
    }
    await google.applyAction(account, 'inbox', threadId, how);
    if (how === 'trash') inTrash.push({ account, threadId });
  }

  return {
    async play() {
      await actionHandlers[random.weighted(actionWeights)]();
      played += 1;
      for (const [trick, probability] of Object.entries(ownerActions)) {
        if (random.maybe(probability)) await ownerActionHandlers[trick as keyof typeof ownerActions]();
      }
    },
    played: () => played,
    stories,
    storyOf: (account, threadId) => byThread.get(`${account} ${threadId}`),
    mustStay,
    staysInSpam,
  };
}
