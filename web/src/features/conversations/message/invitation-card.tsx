import { Text } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import type { Message } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import { formatEventTime } from './format-event-time.ts';
import styles from './invitation-card.module.css';

/** The event of an invitation: title, time, place and organizer. Users reply to it in their calendar. */
export function InvitationCard({ invitation }: { invitation: NonNullable<Message['invitation']> }) {
  const { method, summary, location, organizer, repeats } = invitation;
  const said = words.message.invitation;
  const rows: Array<[string, string]> = [
    [said.when, `${formatEventTime(invitation)}${repeats ? ` · ${said.repeats}` : ''}`],
    [said.where, location],
    [said.organizer, organizer ? [organizer.name, organizer.address].filter(Boolean).join(' · ') : ''],
  ];
  return (
    <section className={styles.card} aria-label={said.methods[method]}>
      <IconCalendarEvent size={18} className={styles.icon} aria-hidden />
      <div className={styles.main}>
        <Text size="xs" c={method === 'cancel' ? 'var(--red)' : 'var(--quiet)'}>
          {said.methods[method]}
        </Text>
        <Text size="sm" fw={600} td={method === 'cancel' ? 'line-through' : undefined}>
          {summary || said.untitled}
        </Text>
        <dl className={styles.rows}>
          {rows
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </div>
    </section>
  );
}
