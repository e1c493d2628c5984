import { sql } from 'kysely';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared, runTogether } from '../../database/prepared-statements.ts';
import { defaultReceivingSettings } from '../../instances/receiving-settings.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { type OwnAddresses, ownAddressRows, toOwnAddresses } from '../../mailboxes/own-addresses.ts';
import { ownMailboxRows, toOwnMailboxes } from '../../mailboxes/own-mailboxes.ts';
import type { Context } from '../decide/context.ts';

/** What of an instance matters for all its messages. */
export type InstanceContext = Pick<
  Context,
  'settings' | 'notifyUnassigned' | 'ownAddresses' | 'ownDomains' | 'mailboxes'
> & {
  /** What is ours (R11), without our users. */
  own: OwnAddresses & { domains: ReadonlySet<string> };
  twoWay: boolean;
};

/** Loads it in one round trip; null if the mailbox is deleted. */
export async function loadInstanceContext(
  tx: InstanceTransaction,
  mailboxId: string,
): Promise<InstanceContext | null> {
  const [[mailbox], ownRows, mailboxes, [row]] = await runTogether(tx, [
    listedMailbox.with({ mailboxId }),
    ownAddressRows.with({}),
    ownMailboxRows.with({}),
    settingsRow.with({}),
  ]);
  if (!mailbox) return null;
  const own = toOwnAddresses(ownRows);
  const users = new Set((row?.users ?? []).map(normalizeAddress));
  return {
    own,
    twoWay: mailbox.twoWay,
    settings: {
      messagesPerHour: row?.messagesPerHour ?? defaultReceivingSettings.messagesPerHour,
      formMessagesPerHour: row?.formMessagesPerHour ?? defaultReceivingSettings.formMessagesPerHour,
      newConversationAfterDays: row?.newConversationAfterDays ?? null,
      redactCards: row?.redactCards ?? false,
    },
    notifyUnassigned: Boolean(row?.notifyUnassigned),
    mailboxes: toOwnMailboxes(mailboxes),
    ownDomains: own.domains,
    ownAddresses: { has: (address) => own.has(address) || users.has(address) },
  };
}

/** The mailbox, if it exists and is not deleted. */
const listedMailbox = prepared((db, { mailboxId }: { mailboxId: string }) =>
  db.selectFrom('mailbox').where('id', '=', mailboxId).where('deletedAt', 'is', null).select('twoWay'),
);

const settingsRow = prepared((db) =>
  db.selectNoFrom((eb) => [
    eb.selectFrom('users').select(sql<string[]>`coalesce(array_agg(email), '{}')`.as('emails')).as('users'),
    eb.selectFrom('instanceSetting').select('messagesPerHour').as('messagesPerHour'),
    eb.selectFrom('instanceSetting').select('formMessagesPerHour').as('formMessagesPerHour'),
    eb.selectFrom('instanceSetting').select('newConversationAfterDays').as('newConversationAfterDays'),
    eb.selectFrom('instanceSetting').select('redactCards').as('redactCards'),
    eb
      .exists(eb.selectFrom('notificationPreference').where('unassigned', '!=', 'none').select('userId'))
      .as('notifyUnassigned'),
  ]),
);
