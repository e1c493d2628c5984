import { Button } from '@mantine/core';
import type { NameAndAddress } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import type { DraftContent } from '../draft/stored-draft.ts';
import styles from '../styles/composer.module.css';
import { formatAddress } from './recipient-field.tsx';

/** Where a reply goes unless changed. */
export type Defaults = {
  mailboxId: string;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  strangers: NameAndAddress[];
};

/** The recipients of a reply: those written before, else the proposed ones; to all, the others in copy as well. */
export function together(
  written: DraftContent,
  { to, cc }: Defaults,
  all: boolean,
): Pick<DraftContent, 'to' | 'cc'> {
  const nobody = written.to.length + written.cc.length + written.bcc.length === 0;
  const first = nobody ? to.map(formatAddress) : written.to;
  if (!all) return { to: first, cc: written.cc };
  const known = [...first, ...written.cc, ...written.bcc].join(' ').toLowerCase();
  const more = cc.filter(({ address }) => !known.includes(address.toLowerCase()));
  return { to: first, cc: [...written.cc, ...more.map(formatAddress)] };
}

/** More than these would hide what is written; the others stand marked in the timeline. */
const shownAtMost = 3;

/** Who wrote into the conversation uninvited: left out of the reply, a click away from it. */
export function Strangers({
  strangers,
  written,
  add,
}: {
  strangers: NameAndAddress[];
  /** Everybody the draft goes to, as written. */
  written: string[];
  add(stranger: NameAndAddress): void;
}) {
  const all = written.join(' ').toLowerCase();
  const left = strangers.filter(({ address }) => !all.includes(address.toLowerCase()));
  return left.slice(0, shownAtMost).map((stranger) => (
    <div key={stranger.address} className={styles.stranger} role="status">
      <span>{words.composer.stranger(stranger.name || stranger.address)}</span>
      <Button size="compact-xs" variant="default" onClick={() => add(stranger)}>
        {words.composer.addStranger(stranger.address)}
      </Button>
    </div>
  ));
}
