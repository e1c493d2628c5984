import type { Desk } from './environment.ts';
import type { Poison } from './poison.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import type { Topics } from './topics.ts';

export type TrafficOptions = {
  google: SimulatedGoogle;
  desks: Desk[];
  /** Accounts of customers at the simulated Google; all other customers have addresses elsewhere. */
  customers: string[];
  random: SeededRandom;
  poison: Poison;
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
