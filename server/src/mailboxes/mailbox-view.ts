import type { CheckState, MissingMessage, Threading } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { disconnectionProblem } from '../google/disconnections.ts';
import { allowsModify } from '../google/scopes.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';
import { type NotificationHealthView, notificationHealthView } from './notification-health.ts';
import { byDisplayName } from './senders.ts';
import { stateOf, type Trouble, troubleOf } from './trouble.ts';

/** A mailbox as its admins see it (C2). */
export type MailboxView = {
  id: string;
  address: string;
  displayName: string;
  templateId: string | null;
  templateName: string;
  dynamicAliasName: boolean;
  threading: Threading;
  state: 'connected' | 'trouble' | 'disconnected';
  /** The outage while the state is `trouble`. */
  trouble: Trouble | null;
  disconnected: (StoredProblem & { since: Date }) | null;
  connectedAt: Date;
  /** Google accepts no message before this time; null outside a sending limit. */
  sendingLimitedUntil: Date | null;
  lastMessageReceivedAt: Date | null;
  twoWay: TwoWayView;
  notificationHealth: NotificationHealthView;
  /** The running or last completeness check; null before the first. */
  check: CheckView | null;
};

/**
 * Two-way sync (G2). `problem`: why it has stopped although it is on. `allowed`: Google lets Postroom change labels, which
 * it still does after two-way sync was switched off.
 */
export type TwoWayView = { on: boolean; problem: StoredProblem | null; allowed: boolean };

/** `expected` messages at Gmail belong here; `stored` were already stored and `fetched` were added. */
export type CheckView = {
  state: CheckState;
  startedAt: Date;
  finishedAt: Date | null;
  expected: number;
  stored: number;
  fetched: number;
  missing: MissingMessage[];
  problem: StoredProblem | null;
  /** Null while the mailbox is disconnected: then it is not checked. */
  nextCheckAt: Date | null;
};

/** A page of the instance's mailboxes, disconnected ones included, by display name. */
export async function mailboxes(tx: InstanceTransaction, page: PageRequest): Promise<Page<MailboxView>> {
  const { rows, next } = await selectPage(selectMailboxes(tx), byDisplayName, page);
  return { rows: rows.map(toView), next };
}

/** One mailbox, or null. */
export async function mailbox(tx: InstanceTransaction, id: string): Promise<MailboxView | null> {
  const row = await selectMailboxes(tx).where('mailbox.id', '=', id).executeTakeFirst();
  return row ? toView(row) : null;
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMailboxes>['executeTakeFirstOrThrow']>>;

function selectMailboxes(tx: InstanceTransaction) {
  return tx.sql
    .selectFrom('mailbox')
    .leftJoin('template', (join) =>
      join
        .onRef('template.instanceId', '=', 'mailbox.instanceId')
        .onRef('template.id', '=', 'mailbox.templateId'),
    )
    .leftJoin('mailboxCheck', (join) =>
      join
        .onRef('mailboxCheck.instanceId', '=', 'mailbox.instanceId')
        .onRef('mailboxCheck.mailboxId', '=', 'mailbox.id'),
    )
    .leftJoin('mailboxGrant', (join) =>
      join
        .onRef('mailboxGrant.instanceId', '=', 'mailbox.instanceId')
        .onRef('mailboxGrant.mailboxId', '=', 'mailbox.id'),
    )
    .where('mailbox.deletedAt', 'is', null)
    .select([
      'mailbox.twoWay',
      'mailbox.twoWayProblem',
      'mailboxGrant.scope',
      'mailbox.id',
      'mailbox.address',
      'mailbox.displayName',
      'mailbox.templateId',
      'template.name as templateName',
      'mailbox.dynamicAliasName',
      'mailbox.threading',
      'mailbox.disconnectedAt',
      'mailbox.disconnectedCode',
      'mailbox.troubleSince',
      'mailbox.failingProblem',
      'mailbox.syncNotBefore',
      'mailbox.connectedAt',
      'mailbox.sendingLimitedUntil',
      'mailbox.lastMessageReceivedAt',
      'mailbox.watchExpiresAt',
      'mailbox.watchProblem',
      'mailbox.notifiedAt',
      'mailbox.notificationMissedAt',
      'mailboxCheck.state as checkState',
      'mailboxCheck.startedAt',
      'mailboxCheck.finishedAt',
      'mailboxCheck.expected',
      'mailboxCheck.stored',
      'mailboxCheck.fetched',
      'mailboxCheck.missing',
      'mailboxCheck.problem as checkProblem',
      'mailboxCheck.nextCheckAt',
    ])
    .select((eb) => eb.selectFrom('notificationHealth').select('problem').as('problem'));
}

function toView(row: Row): MailboxView {
  const {
    disconnectedAt,
    disconnectedCode,
    troubleSince,
    failingProblem,
    syncNotBefore,
    templateName,
    twoWay,
    twoWayProblem,
    scope,
    ...rest
  } = row;
  const {
    watchExpiresAt,
    watchProblem,
    notifiedAt,
    notificationMissedAt,
    problem,
    sendingLimitedUntil,
    ...more
  } = rest;
  const {
    checkState,
    startedAt,
    finishedAt,
    expected,
    stored,
    fetched,
    missing,
    checkProblem,
    nextCheckAt,
    ...mailboxColumns
  } = more;
  return {
    ...mailboxColumns,
    check:
      checkState && startedAt
        ? {
            state: checkState,
            startedAt,
            finishedAt,
            expected: expected ?? 0,
            stored: stored ?? 0,
            fetched: fetched ?? 0,
            missing: missing ?? [],
            problem: checkState === 'failed' ? checkProblem : null,
            nextCheckAt: disconnectedAt ? null : nextCheckAt,
          }
        : null,
    notificationHealth: notificationHealthView(
      { watchExpiresAt, watchProblem, notifiedAt, notificationMissedAt, problem },
      new Date(),
    ),
    templateName: templateName ?? 'Blank',
    sendingLimitedUntil: sendingLimitedUntil && sendingLimitedUntil > new Date() ? sendingLimitedUntil : null,
    twoWay: { on: twoWay, problem: twoWayProblem, allowed: allowsModify(scope ?? '') },
    state: stateOf(row),
    trouble: troubleOf(row),
    disconnected: disconnectedAt && {
      ...(disconnectionProblem(disconnectedCode) ?? storedProblem('access-revoked')),
      since: disconnectedAt,
    },
  };
}
