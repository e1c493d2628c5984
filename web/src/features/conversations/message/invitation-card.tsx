import { Text } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatEventTime } from './format-event-time.ts';
import styles from './invitation-card.module.css';

/** The event of an invitation: title, time, place and organizer; below, its answer. */
export function InvitationCard({
  invitation,
  children,
}: {
  invitation: NonNullable<Message['invitation']>;
  children?: ReactNode;
}) {
  const { method, summary, location, organizer, repeats } = invitation;
  const rows: Array<[string, string]> = [
    [
      t('message.invitation.when'),
      `${formatEventTime(invitation)}${repeats ? ` · ${t('message.invitation.repeats')}` : ''}`,
    ],
    [t('message.invitation.where'), location],
    [
      t('message.invitation.organizer'),
      organizer ? [organizer.name, organizer.address].filter(Boolean).join(' · ') : '',
    ],
  ];
  return (
    <section className={styles.card} aria-label={t(`message.invitation.methods.${method}`)}>
      <IconCalendarEvent size={18} className={styles.icon} aria-hidden />
      <div className={styles.main}>
        <Text size="xs" c={method === 'cancel' ? 'var(--error)' : 'var(--text-muted)'}>
          {t(`message.invitation.methods.${method}`)}
        </Text>
        <Text size="sm" fw={600} td={method === 'cancel' ? 'line-through' : undefined}>
          {summary || t('message.invitation.untitled')}
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
        {children}
      </div>
    </section>
  );
}
