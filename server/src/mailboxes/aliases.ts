import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { SendAs } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchMailbox } from './connection-problems.ts';
import { templateProblem } from './settings.ts';

/** What an admin chose for an alias, which is a send-as address that Gmail accepts besides the mailbox's own. */
export type AliasSettings = {
  /** The From name; empty: the mailbox's. */
  displayName: string;
  /** Whether `templateId` (null: blank) is its template, and not the mailbox's. */
  ownTemplate: boolean;
  templateId: string | null;
};
export type Alias = AliasSettings & { address: string };

type Addresses = { address: string; sendAs: SendAs[] };

/** Whether Gmail leaves this address in From, by the send-as addresses that were read last (docs/gmail.md, trap 2). */
export function isAccepted({ address: own, sendAs }: Addresses, alias: string): boolean {
  return sendAs.some(
    ({ address, accepted, isPrimary }) =>
      accepted && !isPrimary && address !== own && address === alias.toLowerCase(),
  );
}

/**
 * The aliases that messages of a mailbox may be sent from (S7), by address. The address that a colleague signs in
 * with is no alias: it is theirs, and used for them alone (C9).
 */
export async function aliasesOf(
  tx: InstanceTransaction,
  mailbox: Addresses & { id: string },
): Promise<Alias[]> {
  const [aliases] = (await aliasesOfAll(tx, [mailbox])).values();
  return aliases!;
}

/** The aliases of each mailbox, by the mailbox's id. */
export async function aliasesOfAll(
  tx: InstanceTransaction,
  mailboxes: Array<Addresses & { id: string }>,
): Promise<Map<string, Alias[]>> {
  const colleagues = await tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .select('users.email')
    .execute();
  const emails = new Set(colleagues.map(({ email }) => email.toLowerCase()));
  const settings = await tx.sql.selectFrom('mailboxAlias').selectAll().execute();
  return new Map(
    mailboxes.map((mailbox) => [
      mailbox.id,
      mailbox.sendAs
        .map(({ address }) => address)
        .filter((address) => isAccepted(mailbox, address) && !emails.has(address))
        .sort()
        .map((address) => {
          const saved = settings.find((each) => each.mailboxId === mailbox.id && each.address === address);
          const { displayName, ownTemplate, templateId } = saved ?? asMailbox;
          return { address, displayName, ownTemplate, templateId };
        }),
    ]),
  );
}

/** The id of the template of a message, where `mailbox_alias` is joined by the alias it is sent from. */
export const templateInUse = sql<string | null>`case when mailbox_alias.own_template
  then mailbox_alias.template_id else mailbox.template_id end`;

const asMailbox: AliasSettings = { displayName: '', ownTemplate: false, templateId: null };

/**
 * The alias that a message of a mailbox is to be sent from, with its display name (empty: the mailbox's); null for
 * the mailbox's own address. Throws a ProblemError if Gmail does not accept it.
 */
export async function findAlias(
  tx: InstanceTransaction,
  mailbox: Addresses & { id: string },
  alias: string | null,
): Promise<{ address: string; displayName: string } | null> {
  if (alias === null) return null;
  if (!isAccepted(mailbox, alias)) throw new ProblemError(notAccepted(alias, mailbox.address));
  const address = alias.toLowerCase();
  const settings = await tx.sql
    .selectFrom('mailboxAlias')
    .where('mailboxId', '=', mailbox.id)
    .where('address', '=', address)
    .select('displayName')
    .executeTakeFirst();
  return { address, displayName: settings?.displayName ?? '' };
}

/** Changes the settings of an alias. Throws a ProblemError if the mailbox, the alias or the template does not exist. */
export async function changeAliasSettings(
  tx: InstanceTransaction,
  mailboxId: string,
  address: string,
  changed: AliasSettings,
  actor: Actor,
): Promise<void> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'sendAs'])
    .forUpdate()
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const current = (await aliasesOf(tx, mailbox)).find((each) => each.address === address);
  if (!current) throw new ProblemError(noSuchAlias(address, mailbox.address));
  const { displayName, ownTemplate } = changed;
  const templateId = ownTemplate ? changed.templateId : null;
  const problem = await templateProblem(tx, templateId);
  if (problem) throw new ProblemError(problem);
  const { address: _address, ...before } = current;
  const after = { displayName, ownTemplate, templateId };
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  await tx.sql
    .insertInto('mailboxAlias')
    .values({ instanceId: tx.instanceId, mailboxId, address, ...after })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId', 'address']).doUpdateSet(after))
    .execute();
  await audit(tx, actor, { action: 'mailbox.settings-changed', subject: address, before, after });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
}

const notAccepted = (alias: string, address: string) =>
  createProblem(409, 'alias-not-accepted', { alias, address });
const noSuchAlias = (alias: string, address: string) =>
  createProblem(404, 'no-such-alias', { alias, address });
