import type { ConnectionState, SendAs } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { StoredProblem } from '../problems.ts';
import type { MailboxSettings } from './settings.ts';

/** A connection as the page that started it sees it. */
export type ConnectionView = {
  id: string;
  state: ConnectionState;
  address: string | null;
  problem: StoredProblem | null;
  /** The earlier settings of a known address; otherwise suggestions (C7). */
  settings: MailboxSettings;
  /** Whether saving reconnects a listed address, rather than adding one (C12). */
  reconnects: boolean;
  /** The address to reconnect; null when one is added. */
  mailboxId: string | null;
  /** The name of the member whose own address it is; null if it is nobody's. */
  ownedBy: string | null;
};

/** A connection for the admin who started it; null for everyone else. */
export async function connection(
  tx: InstanceTransaction,
  id: string,
  { userId, now }: { userId: string; now: Date },
): Promise<ConnectionView | null> {
  const row = await tx.sql
    .selectFrom('connection')
    .leftJoin('mailbox', (join) =>
      join.on(({ and, or, eb, ref }) =>
        and([
          eb('mailbox.instanceId', '=', ref('connection.instanceId')),
          or([
            eb('mailbox.id', '=', ref('connection.mailboxId')),
            and([
              eb('connection.mailboxId', 'is', null),
              eb('mailbox.googleSub', '=', ref('connection.googleSub')),
            ]),
          ]),
        ]),
      ),
    )
    .where('connection.id', '=', id)
    .where('connection.userId', '=', userId)
    .select([
      'connection.id',
      'connection.state',
      'connection.expiresAt',
      'connection.address',
      'connection.googleName',
      'connection.problem',
      'connection.mailboxId',
      'mailbox.id as knownId',
      'mailbox.deletedAt',
      'mailbox.displayName',
      'mailbox.templateId',
      'mailbox.dynamicAliasName',
      'mailbox.threading',
    ])
    .executeTakeFirst();
  if (!row) return null;
  const isPending = row.state === 'waiting' || row.state === 'authorised';
  return {
    id: row.id,
    state: isPending && row.expiresAt <= now ? 'expired' : row.state,
    address: row.address,
    problem: row.problem,
    settings: {
      displayName: row.displayName ?? suggestedName(row.googleName, row.address),
      templateId: row.templateId,
      dynamicAliasName: row.dynamicAliasName ?? false,
      threading: row.threading ?? 'single',
    },
    reconnects: row.knownId !== null && row.deletedAt === null,
    mailboxId: row.mailboxId,
    ownedBy: row.address && (await memberWithEmail(tx, row.address)),
  };
}

/** The name of the member of the instance who signs in with an address; null if nobody does. */
async function memberWithEmail(tx: InstanceTransaction, address: string): Promise<string | null> {
  const member = await tx.sql
    .selectFrom('users')
    .innerJoin('membership', 'membership.userId', 'users.id')
    .where((eb) => eb(eb.fn('lower', ['users.email']), '=', address.toLowerCase()))
    .where('membership.deactivatedAt', 'is', null)
    .select('users.name')
    .executeTakeFirst();
  return member?.name ?? null;
}

/** The name Gmail sends with, or one made from the address: `support@acme.example` is Support. */
function suggestedName(googleName: string | null, address: string | null): string {
  if (googleName) return googleName;
  const local = address?.split('@')[0] ?? '';
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** The sender of an authorised connection of this admin, and the mailbox that it would reconnect. */
export async function connectionSender(
  tx: InstanceTransaction,
  id: string,
  userId: string,
): Promise<{ mailboxId: string | null; address: string; sendAs: SendAs[] } | null> {
  const row = await tx.sql
    .selectFrom('connection')
    .leftJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'connection.instanceId')
        .onRef('mailbox.googleSub', '=', 'connection.googleSub'),
    )
    .where('connection.id', '=', id)
    .where('connection.userId', '=', userId)
    .where('connection.state', '=', 'authorised')
    .where('connection.address', 'is not', null)
    .select(['mailbox.id as mailboxId', 'connection.address', 'connection.sendAs'])
    .executeTakeFirst();
  return row ? { ...row, address: row.address! } : null;
}
