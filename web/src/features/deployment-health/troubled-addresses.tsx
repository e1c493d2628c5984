import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Mailbox } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './deployment-health.module.css';

/** The addresses in trouble or disconnected, with the cause; each leads to its page. */
export function TroubledAddresses({ slug, mailboxes }: { slug: string; mailboxes: Mailbox[] }) {
  const heading = useId();
  const troubled = mailboxes.flatMap(({ id, displayName, address, disconnected, trouble }) => {
    const problem = disconnected ?? trouble;
    return problem ? [{ id, displayName, address, problem, isDisconnected: disconnected !== null }] : [];
  });
  if (troubled.length === 0) return null;
  return (
    <section aria-labelledby={heading} className={styles.list}>
      <h2 id={heading}>{t('health.inTrouble')}</h2>
      <ul>
        {troubled.map(({ id, displayName, address, problem, isDisconnected }) => (
          <li key={id}>
            <div>
              <Anchor
                component={Link}
                fw={600}
                to="/$slug/apps/email/$mailboxId"
                params={{ slug, mailboxId: id } as never}
              >
                {displayName}
              </Anchor>
              <Text size="sm" c="var(--text-muted)">
                {address}
              </Text>
            </div>
            <Text size="sm" c={isDisconnected ? 'var(--error)' : 'var(--warning)'}>
              {textOf(problem).title}{' '}
              <Text span size="sm" c="var(--text-muted)">
                <RelativeTime at={problem.since} />
              </Text>
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}
