import { composeMail, type OutgoingMail } from './compose-mail.ts';
import type { TrafficState } from './traffic-state.ts';

/** The kinds of messages, by their relative frequency. */
export const customerActionWeights = {
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
  poisoned: 2,
  'form through our own account': 3,
} as const;

type Actions = Record<keyof typeof customerActionWeights, () => Promise<void>>;

/** One function per kind of message; each delivers one message. */
export function createCustomerActions(state: TrafficState): Actions {
  const { desks, topics, random, poison } = state;
  const send = (mail: OutgoingMail) => deliver(state, mail);
  const randomAccount = () => random.pick(state.accounts);
  const fresh = () => send(topics.start([randomAccount()]).mail);
  const repeatableMails: Array<{ mail: OutgoingMail; account: string }> = [];

  return {
    fresh,
    async reply() {
      const topic = topics.pickOpen();
      if (!topic) return fresh();
      await send(topics.reply(topic));
    },
    async 'two at once'() {
      const { accounts: own } = desks[0]!;
      const first = random.pick(own);
      const second = random.pick(own.filter((account) => account !== first));
      await send(topics.start([first, second]).mail);
    },
    'both instances': () => send(topics.start(desks.map((desk) => random.pick(desk.accounts))).mail),
    async 'no Message-ID'() {
      const { mail } = topics.start([randomAccount()]);
      await send({ ...mail, messageId: null });
    },
    async 'Message-ID again'() {
      const again = random.maybe(0.5) && repeatableMails.length > 0 ? random.pick(repeatableMails) : null;
      const account = again?.account ?? randomAccount();
      const { topic, mail } = topics.start([account]);
      // An answer to a repeated Message-ID could belong to either topic.
      topic.closed = true;
      if (!again) repeatableMails.push({ mail, account });
      await send(again ? { ...mail, from: again.mail.from, messageId: again.mail.messageId } : mail);
    },
    async big() {
      const { mail } = topics.start([randomAccount()]);
      await send({ ...mail, attachmentBytes: random.between(1_000_000, 3_600_000) });
    },
    'from the webmail of a customer': () => writeAsCustomer(state),
    'from our own webmail': () => writeInOwnWebmail(state),
    spam: () => deliverSpam(state),
    'bouncing customer'() {
      // More than 20 messages an hour from one address count as a loop (docs/product.md, R6).
      const unknown = { name: 'Unknown', address: `unknown${random.between(1, 100)}@mail.example` };
      return send(topics.start([randomAccount()], unknown).mail);
    },
    'form through our own account': () => sendForm(state),
    async poisoned() {
      const topic = random.maybe(0.5) ? topics.pickOpen() : undefined;
      const mail = topic ? topics.reply(topic) : topics.start([randomAccount()]).mail;
      await poison.add(mail.messageId!);
      await send(mail);
    },
  };
}

/** A customer's message arrives. */
export async function deliver({ google, topics, random }: TrafficState, mail: OutgoingMail): Promise<void> {
  await google.deliver(mail.from.address, mail.to, composeMail(mail, random));
  await topics.readLedger();
}

/** A web form sends what a customer wrote through the account itself: one message in Sent and in the inbox. */
async function sendForm({ google, topics, random, accounts }: TrafficState): Promise<void> {
  const account = random.pick(accounts);
  const { topic, mail } = topics.start([account]);
  const form = { ...mail, from: { name: 'Web form', address: account }, replyTo: topic.customer.address };
  await google.sendAs(account, composeMail(form, random));
  await topics.readLedger();
}

async function writeAsCustomer({ google, topics, random, accounts, customers }: TrafficState) {
  const address = random.pick(customers);
  const to = random.pick(accounts);
  const { topic } = topics.start([to], { name: address.split('@')[0]!, address });
  await google.write(address, { to, subject: topic.subject, text: `Topic ${topic.number}` });
  await topics.readLedger();
}

/** The owner of a connected mailbox answers a customer in Gmail, or writes to a new one. */
async function writeInOwnWebmail({ google, topics, random, accounts }: TrafficState): Promise<void> {
  const answered = random.maybe(0.5) ? topics.pickOpen() : undefined;
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
    const { topic } = topics.start([account]);
    const { customer, subject, number } = topic;
    await google.write(account, { to: customer.address, subject, text: `Topic ${number}` });
  }
  await topics.readLedger();
}

async function deliverSpam(state: TrafficState): Promise<void> {
  const { google, topics, random, accounts, inSpam, staysInSpam } = state;
  const account = random.pick(accounts);
  const { topic, mail } = topics.start([account]);
  await google.control('spam', { account, marksSpam: true });
  await deliver(state, mail);
  await google.control('spam', { account, marksSpam: false });
  const [gmailId] = topic.gmailIds.get(account)!;
  inSpam.push({ account, threadId: topic.threads.get(account)!, gmailId: gmailId! });
  staysInSpam.add(`${account} ${gmailId}`);
}
