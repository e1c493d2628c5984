import { Badge, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import listStyles from '../../ui/settings-list.module.css';
import styles from './instances.module.css';

/** The organizations of the user. */
export function InstanceList({ instances, current }: { instances: Me['instances']; current: string }) {
  return (
    <ul className={`${listStyles.list} ${styles.list}`}>
      {instances.map(({ id, slug, name, kind, role }) => (
        <li key={id} className={listStyles.row}>
          <div className={listStyles.identity}>
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="var(--text-muted)">
              {t(`people.roles.${role}`)}
            </Text>
          </div>
          {kind === 'sandbox' && (
            <Badge bg="var(--warning-background)" c="var(--warning)">
              {t('organizations.kinds.sandbox')}
            </Badge>
          )}
          {id === current ? (
            <Text size="sm" c="var(--text-muted)">
              {t('organizations.here')}
            </Text>
          ) : (
            <Button
              variant="default"
              size="xs"
              aria-label={t('organizations.openOf', { name })}
              renderRoot={(props) => (
                <Link {...props} to="/$slug/inbox/$view" params={{ slug, view: 'open' }} />
              )}
            >
              {t('organizations.open')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
