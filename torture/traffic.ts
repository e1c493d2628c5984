import { createCustomerActions, customerActionWeights } from './customer-actions.ts';
import type { Desk } from './environment.ts';
import { createOwnerActions, ownerActionProbabilities } from './owner-actions.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import { createTopics, type Topic, type Topics } from './topics.ts';

type TrafficOptions = {
  google: SimulatedGoogle;
  desks: Desk[];
  /** Accounts of customers at the simulated Google; all other customers have addresses elsewhere. */
  customers: string[];
  random: SeededRandom;
  /** Returns those of the Gmail ids that are stored with a message. */
  isStored(account: string, gmailIds: string[]): Promise<string[]>;
};

/** What the actions read and change. */
export type TrafficState = TrafficOptions & {
  /** The accounts of all connected mailboxes. */
  accounts: string[];
  topics: Topics;
  inSpam: Array<{ account: string; threadId: string; gmailId: string }>;
  inTrash: Array<{ account: string; threadId: string }>;
  mustStay: Set<string>;
  staysInSpam: Set<string>;
};

/** The mail of a run, and what it means for the comparison afterwards. */
export type Traffic = {
  /** Delivers one message, and sometimes performs an action of a mailbox's owner. */
  deliverNext(): Promise<void>;
  /** Messages delivered so far. */
  delivered(): number;
  topicOf(account: string, threadId: string): Topic | undefined;
  /** Gmail ids (`account id`) that were stored before their owner removed them in Gmail: they must stay stored. */
  mustStay: ReadonlySet<string>;
  /** Gmail ids (`account id`) that never left Spam: they must not be received. */
  staysInSpam: ReadonlySet<string>;
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
  let delivered = 0;

  return {
    async deliverNext() {
      await customerActions[random.weighted(customerActionWeights)]();
      delivered += 1;
      for (const [action, probability] of Object.entries(ownerActionProbabilities)) {
        if (random.maybe(probability)) await ownerActions[action as keyof typeof ownerActions]();
      }
    },
    delivered: () => delivered,
    topicOf: state.topics.ofThread,
    mustStay: state.mustStay,
    staysInSpam: state.staysInSpam,
  };
}
