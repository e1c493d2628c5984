import { createCustomerActions, customerActionWeights, deliver } from './customer-actions.ts';
import { createOwnerActions, ownerActionProbabilities } from './owner-actions.ts';
import { createTopics, type Topic } from './topics.ts';
import type { TrafficOptions, TrafficState } from './traffic-state.ts';

/** The mail of a run, and what it means for the comparison afterwards. */
export type Traffic = {
  /** Delivers one message, and sometimes performs an action of a mailbox's owner. */
  deliverNext(): Promise<void>;
  /** Delivers the first message of a new topic; returns its Message-ID, which `before` gets before it arrives. */
  deliverFresh(
    account: string,
    options?: {
      before?: ((messageId: string) => Promise<void>) | undefined;
      attachmentBytes?: number | undefined;
    },
  ): Promise<string>;
  /** Delivers a customer's reply, if there is a topic to reply to. */
  deliverReply(): Promise<void>;
  /** Messages delivered so far. */
  delivered(): number;
  topicOf(account: string, threadId: string): Topic | undefined;
  /** Gmail ids (`account id`) that were stored before their owner removed them in Gmail: they must stay stored. */
  mustStay: ReadonlySet<string>;
  /** Gmail ids (`account id`) that never left Spam: they must not be received. */
  staysInSpam: ReadonlySet<string>;
  /** Gmail ids (`account id`) that a restored database lacks. Those whose owner removed them in Gmail never return. */
  forgotten: ReadonlySet<string>;
  /** A restored database lacks these, which need not stay any more. */
  forget(missing: Iterable<string>): void;
};

export function createTraffic(options: TrafficOptions): Traffic {
  const { google, desks, random } = options;
  const accounts = desks.flatMap((desk) => desk.accounts);
  const state: TrafficState = {
    ...options,
    accounts,
    topics: createTopics({ google, accounts, random }),
    inSpam: [],
    inTrash: [],
    mustStay: new Set(),
    staysInSpam: new Set(),
  };
  const customerActions = createCustomerActions(state);
  const ownerActions = createOwnerActions(state);
  const forgotten = new Set<string>();
  let delivered = 0;

  return {
    async deliverNext() {
      await customerActions[random.weighted(customerActionWeights)]();
      delivered += 1;
      for (const [action, probability] of Object.entries(ownerActionProbabilities)) {
        if (random.maybe(probability)) await ownerActions[action as keyof typeof ownerActions]();
      }
    },
    async deliverFresh(account, { before, attachmentBytes } = {}) {
      const { mail } = state.topics.start([account]);
      await before?.(mail.messageId!);
      await deliver(state, { ...mail, ...(attachmentBytes && { attachmentBytes }) });
      delivered += 1;
      return mail.messageId!;
    },
    async deliverReply() {
      const topic = state.topics.pickOpen();
      if (topic) await deliver(state, state.topics.reply(topic));
    },
    delivered: () => delivered,
    topicOf: state.topics.ofThread,
    mustStay: state.mustStay,
    staysInSpam: state.staysInSpam,
    forgotten,
    forget(missing) {
      for (const key of missing) {
        state.mustStay.delete(key);
        forgotten.add(key);
      }
    },
  };
}
