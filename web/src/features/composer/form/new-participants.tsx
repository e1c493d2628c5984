import { Button } from '@mantine/core';
import type { NameAndAddress } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import type { DraftContent } from '../draft/draft-content.ts';
import styles from '../styles/composer.module.css';
import { addressIn, formatAddress } from './recipients.ts';

/** The sender and recipients proposed for a reply. */
export type ReplyDefaults = {
  mailboxId: string;
  alias: string | null;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  newParticipants: NameAndAddress[];
  ignoredReplyTo: NameAndAddress[];
  unawareOfCopy: NameAndAddress[];
};

/** The recipients of a reply: the current ones, else the proposed ones; `all` adds the proposed copies. */
export function mergeRecipients(
  currentRecipients: DraftContent,
  { to, cc }: ReplyDefaults,
  all: boolean,
): Pick<DraftContent, 'to' | 'cc'> {
  const nobody =
    currentRecipients.to.length + currentRecipients.cc.length + currentRecipients.bcc.length === 0;
  const first = nobody ? to.map(formatAddress) : currentRecipients.to;
  if (!all) return { to: first, cc: currentRecipients.cc };
  const { cc: copies, bcc } = currentRecipients;
  const existing = new Set([...first, ...copies, ...bcc].map(addressIn));
  const more = cc.filter(({ address }) => !existing.has(address.toLowerCase()));
  return { to: first, cc: [...currentRecipients.cc, ...more.map(formatAddress)] };
}

/** More would cover the text of the reply; the timeline marks all of them. */
const maxShown = 3;

/** People who are not among the recipients, why, and a button that adds each. */
export function NewParticipants({
  participants,
  text,
  currentRecipients,
  onAdd,
}: {
  participants: NameAndAddress[];
  /** `newParticipant`: they joined the conversation uninvited. `ignoredReplyTo`: an unverified sender named them. */
  text: 'newParticipant' | 'ignoredReplyTo';
  /** All recipients of the draft, as typed. */
  currentRecipients: string[];
  onAdd(participant: NameAndAddress): void;
}) {
  const all = currentRecipients.join(' ').toLowerCase();
  const missing = participants.filter(({ address }) => !all.includes(address.toLowerCase()));
  return missing.slice(0, maxShown).map((participant) => (
    <div key={participant.address} className={styles.notice} role="status">
      <span>{t(`composer.${text}`, { who: participant.name || participant.address })}</span>
      <Button size="compact-xs" variant="default" onClick={() => onAdd(participant)}>
        {t('composer.addParticipant', { address: participant.address })}
      </Button>
    </div>
  ));
}
