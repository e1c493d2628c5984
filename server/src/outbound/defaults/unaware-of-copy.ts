import type { MessageKind, NameAndAddress, Recipients, Sender } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { addressesOf, normalizeAddress } from '../../mail/mime/addresses.ts';
import type { OwnAddresses } from '../../mailboxes/own-addresses.ts';

/** Older ones tell nothing new about who knows of us. */
const maxRead = 200;

type Received = {
  direction: string;
  kind: MessageKind;
  fromAddress: string;
  sender: Sender | null;
  recipients: Recipients;
  deliveredTo: string[];
};

/**
 * Those in To and Cc of a received message who cannot know that we received it, because we are a Bcc recipient: an
 * answer to them would tell them. Nobody where we are named, also by an address that is not known to be ours, or where
 * a list or group forwarded it. Who got or wrote another message of the conversation that names us knows.
 */
export async function unawareOfCopy(
  tx: InstanceTransaction,
  conversationId: string,
  message: Received,
  own: OwnAddresses,
): Promise<NameAndAddress[]> {
  if (message.direction !== 'inbound' || message.kind === 'list') return [];
  if (message.sender && message.sender.ownGroups.length > 0) return [];
  const namesUs = ({ recipients: { to, cc }, deliveredTo }: Pick<Received, 'recipients' | 'deliveredTo'>) =>
    [...to, ...cc].some(({ address }) => own.has(address) || deliveredTo.includes(normalizeAddress(address)));
  if (namesUs(message)) return [];
  const authors = (message.sender?.otherAuthors ?? []).map(({ address }) => address);
  const others = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .select(['direction', 'fromAddress', 'writerAddress', 'recipients', 'deliveredTo'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(maxRead)
    .execute();
  const aware = new Set(
    [message.fromAddress, message.sender?.writer.address ?? '', ...authors].map(normalizeAddress),
  );
  for (const { direction, recipients, fromAddress, writerAddress, deliveredTo } of others) {
    if (direction !== 'outbound' && !namesUs({ recipients, deliveredTo })) continue;
    for (const address of [fromAddress, writerAddress].map(normalizeAddress)) aware.add(address);
    for (const address of addressesOf(recipients)) aware.add(address);
  }
  return [...message.recipients.to, ...message.recipients.cc].filter(({ address }) => {
    const normalized = normalizeAddress(address);
    return address !== '' && !aware.has(normalized) && aware.add(normalized);
  });
}
