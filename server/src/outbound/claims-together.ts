import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { planOnce, runTogether } from '../database/prepared-statements.ts';
import { isStale } from '../mailboxes/send-as.ts';
import { worksTogether } from '../work-together.ts';
import {
  type Claim,
  type ClaimRequest,
  claimNext,
  type NeedsMemory,
  type PendingDelivery,
  pendingDeliveries,
  startAttempt,
} from './claim.ts';
import { fromOf } from './load-send-data.ts';
import { type SendDataRows, sendDataQueries, type ToSend } from './send-data-queries.ts';

/** `expected`: the message that the next delivery mostly is. */
type Wanted = ClaimRequest & { expected: ToSend | null };

/** `rows`: the data of the message; null if it is not the one expected, or Google must be asked something before. */
export type Claimed = { claim: Claim; rows: SendDataRows | null };

/** Claims the next delivery of a conversation; null if none is due. */
export type ClaimDelivery = (instanceId: string, wanted: Wanted) => Promise<Claimed | NeedsMemory | null>;

/**
 * What is to be claimed in an instance while others are claimed is claimed in one transaction: most of what a claim takes is
 * the transaction, and the wait until it is written to disk. The data of expected messages is read in the same round trip.
 */
export function claimsTogether(database: Database): ClaimDelivery {
  const claimAll = (instanceId: string, wanted: Wanted[]) =>
    database.inInstance(instanceId, async (tx) => {
      const queries = wanted.map(({ conversationId, expected }) => [
        pendingDeliveries.with({ conversationId }),
        ...(expected ? sendDataQueries(expected, { withUnread: true }) : []),
      ]);
      const [, ...results] = await runTogether(tx, [planOnce, ...queries.flat()]);
      return wanted.map((each, at) => {
        const [pending, ...rows] = results.splice(0, queries[at]!.length);
        return claim(tx, each, pending as PendingDelivery[], rows as unknown as SendDataRows);
      });
    });
  return worksTogether(claimAll, { orEachAlone: true });
}

function claim(
  tx: InstanceTransaction,
  { expected, ...request }: Wanted,
  pending: PendingDelivery[],
  rows: SendDataRows,
): Claimed | NeedsMemory | null {
  const { now } = request;
  const next = claimNext(tx, pending, request);
  if (!next || 'needsMemory' in next) return next;
  const asksGoogleFirst = next.mayBeSent !== false || isStale(next, now);
  const isExpected = next.messageId === expected?.messageId && next.mailboxId === expected.mailboxId;
  const row = isExpected && !asksGoogleFirst ? rows[0][0] : undefined;
  startAttempt(tx, next, { from: row ? fromOf(row).from : null, now });
  return { claim: next, rows: row ? rows : null };
}
