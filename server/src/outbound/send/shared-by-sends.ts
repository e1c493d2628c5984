import { type ByteBudget, createByteBudget } from '../../byte-budget.ts';
import type { Database } from '../../database/instance-transaction.ts';
import { type ClaimDelivery, claimsTogether } from './claims-together.ts';
import { type RecordAccepted, recordsAcceptedTogether } from './confirm-sent.ts';

/** What all sends of a process share. */
export type SharedBySends = {
  claim: ClaimDelivery;
  recordAccepted: RecordAccepted;
  /** Of messages with large files: from the claim until they are sent. */
  memory: ByteBudget;
};

/**
 * How many bytes of large files are being sent at once: two messages with as much as a draft may hold. In memory each takes
 * several times that.
 */
const filesAtOnce = 50 * 1024 * 1024;

export function sharedBySends(database: Database, memory = createByteBudget(filesAtOnce)): SharedBySends {
  return { claim: claimsTogether(database), recordAccepted: recordsAcceptedTogether(database), memory };
}
