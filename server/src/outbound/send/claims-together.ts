import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { planOnce, runTogether } from '../../database/prepared-statements.ts';
import { isStale } from '../../mailboxes/send-as.ts';
import { worksTogether } from '../../work-together.ts';
import { fromOf } from '../render/load-send-data.ts';
import { type SendDataRows, sendDataQueries, type ToSend } from '../render/send-data-queries.ts';
import {
  type Claim,
  type ClaimRequest,
  claimNext,
  ifPending,
  type NeedsMemory,
  type PendingDelivery,
  pendingDeliveries,
  startAttempt,
} from './claim.ts';

/** The next delivery of a conversation. `expected`: the message that it mostly is. */
type WantedNext = ClaimRequest & { expected: ToSend | null };

/** The data of one that is claimed. `withUnread`: as sendDataQueries. */
type WantedAgain = { claimed: Claim; now: Date; withUnread: boolean };

/** `rows`: the data of the message; null if it is not the one expected, or Google must be asked something before. */
export type Claimed = { claim: Claim; rows: SendDataRows | null };

export type ClaimDelivery = {
  /** Claims the next delivery of a conversation; null if none is due. */
  next(instanceId: string, wanted: WantedNext): Promise<Claimed | NeedsMemory | null>;
  /** Reads the data of a delivery that was claimed; null if the mailbox's sync found its copy in Sent meanwhile. */
  again(instanceId: string, wanted: WantedAgain): Promise<SendDataRows | null>;
};

/**
 * What is to be claimed in an instance while others are claimed is claimed in one transaction: most of what a claim takes is
 * the transaction, and the wait until it is written to disk. The data of expected messages is read in the same round trip.
 */
export function claimsTogether(database: Database): ClaimDelivery {
  const claimAll = (instanceId: string, wanted: Array<WantedNext | WantedAgain>) =>
    database.inInstance(instanceId, async (tx) => {
      const queries = wanted.map(queriesFor);
      const [, ...results] = await runTogether(tx, [planOnce, ...queries.flat()]);
      return wanted.map((each, at) => {
        const [pending, ...read] = results.splice(0, queries[at]!.length);
        const rows = read as unknown as SendDataRows;
        if (!('claimed' in each)) return claim(tx, each, pending as PendingDelivery[], rows);
        return pending!.length > 0 ? claimAgain(tx, each, rows) : null;
      });
    });
  const inTurn = worksTogether(claimAll, { orEachAlone: true });
  return {
    next: (instanceId, wanted) => inTurn(instanceId, wanted),
    async again(instanceId, wanted) {
      const claimed = (await inTurn(instanceId, wanted)) as Claimed | null;
      return claimed?.rows ?? null;
    },
  };
}

function queriesFor(wanted: WantedNext | WantedAgain) {
  if ('claimed' in wanted) {
    const { claimed, withUnread } = wanted;
    return [ifPending.with(claimed), ...sendDataQueries(claimed, { withUnread })];
  }
  const { conversationId, expected } = wanted;
  const data = expected ? sendDataQueries(expected, { withUnread: true }) : [];
  return [pendingDeliveries.with({ conversationId }), ...data];
}

function claim(
  tx: InstanceTransaction,
  { expected, ...request }: WantedNext,
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

function claimAgain(tx: InstanceTransaction, { claimed, now }: WantedAgain, rows: SendDataRows): Claimed {
  const [row] = rows[0];
  startAttempt(tx, claimed, { from: row ? fromOf(row).from : null, now });
  return { claim: claimed, rows };
}
