import type { SendAs } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { type Alias, aliasesOf, aliasesOfAll } from './aliases.ts';
import { formatFromLine, fromLine } from './from-line.ts';

export type Sender = {
  mailboxId: string;
  displayName: string;
  address: string;
  /** Exactly the From line that will be used for this author. */
  fromLine: string;
  /** The other addresses it sends from (S7), with the From line of each. */
  aliases: Array<{ address: string; displayName: string; fromLine: string }>;
  state: 'connected' | 'disconnected';
  /** Google accepts no message before this time; null outside a sending limit. */
  limitedUntil: Date | null;
};

export const byDisplayName = byColumn('mailbox.displayName', 'text', 'asc');

/** A page of the mailboxes an author can write from, by display name, with their aliases. */
export async function senders(
  tx: InstanceTransaction,
  author: { name: string; email: string },
  page: PageRequest,
): Promise<Page<Sender>> {
  const now = new Date();
  const query = tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select([
      'id',
      'displayName',
      'address',
      'dynamicAliasName',
      'sendAs',
      'disconnectedAt',
      'sendingLimitedUntil',
    ]);
  const { rows: mailboxes, next } = await selectPage(query, byDisplayName, page);
  const aliases = await aliasesOfAll(tx, mailboxes);
  const rows = mailboxes.map(
    (mailbox): Sender => ({
      mailboxId: mailbox.id,
      displayName: mailbox.displayName,
      address: mailbox.address,
      fromLine: formatFromLine(fromLine(mailbox, author, null).from),
      aliases: aliases.get(mailbox.id)!.map((alias) => ({
        address: alias.address,
        displayName: alias.displayName || mailbox.displayName,
        fromLine: formatFromLine(fromLine(mailbox, author, alias).from),
      })),
      state: mailbox.disconnectedAt ? 'disconnected' : 'connected',
      limitedUntil:
        mailbox.sendingLimitedUntil && mailbox.sendingLimitedUntil > now ? mailbox.sendingLimitedUntil : null,
    }),
  );
  return { rows, next };
}

/** The aliases of a mailbox with their settings; none if it is deleted or does not exist. */
export async function mailboxAliases(tx: InstanceTransaction, mailboxId: string): Promise<Alias[]> {
  const mailbox = await mailboxSender(tx, mailboxId);
  return mailbox ? aliasesOf(tx, { ...mailbox, id: mailboxId }) : [];
}

/** The parts of a mailbox's From line; null if it is deleted or does not exist. */
export async function mailboxSender(
  tx: InstanceTransaction,
  mailboxId: string,
): Promise<{ mailboxId: string; address: string; sendAs: SendAs[] } | null> {
  const row = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['id as mailboxId', 'address', 'sendAs'])
    .executeTakeFirst();
  return row ?? null;
}
