import { Button } from '@mantine/core';
import type { NameAndAddress } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import type { DraftContent } from '../draft/stored-draft.ts';
import styles from '../styles/composer.module.css';
import { formatAddress } from './recipient-field.tsx';

/** Where a reply goes unless changed. */
export type ReplyDefaults = {
  mailboxId: string;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  newParticipants: NameAndAddress[];
};

/** The recipients of a reply: those written before, else the proposed ones; to all, the others in copy as well. */
export function mergeRecipients(
  currentRecipients: DraftContent,
  { to, cc }: ReplyDefaults,
  all: boolean,
): Pick<DraftContent, 'to' | 'cc'> {
  const nobody =
    currentRecipients.to.length + currentRecipients.cc.length + currentRecipients.bcc.length === 0;
  const first = nobody ? to.map(formatAddress) : currentRecipients.to;
  if (!all) return { to: first, cc: currentRecipients.cc };
  const existing = [...first, ...currentRecipients.cc, ...currentRecipients.bcc].join(' ').toLowerCase();
  const more = cc.filter(({ address }) => !existing.includes(address.toLowerCase()));
  return { to: first, cc: [...currentRecipients.cc, ...more.map(formatAddress)] };
}

/** More than these would hide what is written; the others stand marked in the timeline. */
const maxShown = 3;

/** Who wrote into the conversation uninvited: left out of the reply, a click away from it. */
export function NewParticipants({
  participants,
  currentRecipients,
  onAdd,
}: {
  participants: NameAndAddress[];
  /** Everybody the draft goes to, as written. */
  currentRecipients: string[];
  onAdd(participant: NameAndAddress): void;
}) {
  const all = currentRecipients.join(' ').toLowerCase();
  const missing = participants.filter(({ address }) => !all.includes(address.toLowerCase()));
  return missing.slice(0, maxShown).map((participant) => (
    <div key={participant.address} className={styles.stranger} role="status">
      <span>{t('composer.newParticipant', { who: participant.name || participant.address })}</span>
      <Button size="compact-xs" variant="default" onClick={() => onAdd(participant)}>
        {t('composer.addParticipant', { address: participant.address })}
      </Button>
    </div>
  ));
}
