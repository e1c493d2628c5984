import { Text } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { viewCounts, views } from '../../api/queries.ts';
import { words } from '../../words/words.ts';
import styles from './views-nav.module.css';

/** The views of the inbox and the mailboxes, with what each holds. */
export function ViewsNav({ instanceId, slug }: { instanceId: string; slug: string }) {
  const { data } = useQuery(viewCounts(instanceId));
  return (
    <nav aria-label={words.views.label} className={styles.nav}>
      {views
        .filter((view) => view !== 'snoozed' || (data?.snoozed ?? 0) > 0)
        .map((view) => (
          <Link
            key={view}
            to="/$slug/inbox/$view"
            params={{ slug, view }}
            className={styles.link}
            activeProps={{ className: `${styles.link} ${styles.active}` }}
            activeOptions={{ exact: false }}
          >
            <span>{words.views[view]}</span>
            {view !== 'done' && data && data[view] > 0 && <span className={styles.count}>{data[view]}</span>}
          </Link>
        ))}
      {data && data.mailboxes.length > 0 && (
        <>
          <Text size="xs" c="var(--quiet)" className={styles.heading}>
            {words.views.mailboxes}
          </Text>
          {data.mailboxes.map((mailbox) => (
            <Link
              key={mailbox.mailboxId}
              to="/$slug/mailbox/$mailboxId"
              params={{ slug, mailboxId: mailbox.mailboxId }}
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.active}` }}
              title={`${mailbox.displayName} · ${mailbox.address}`}
            >
              <span>{mailbox.address}</span>
              {mailbox.state === 'disconnected' ? (
                <span className={styles.broken}>
                  <IconAlertTriangleFilled size={13} aria-hidden /> {words.views.disconnected}
                </span>
              ) : (
                mailbox.open > 0 && <span className={styles.count}>{mailbox.open}</span>
              )}
            </Link>
          ))}
        </>
      )}
    </nav>
  );
}
