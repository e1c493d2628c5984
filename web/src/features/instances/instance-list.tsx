import { Badge, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import styles from './instances.module.css';

/** The organizations of the user. */
export function InstanceList({ instances, current }: { instances: Me['instances']; current: string }) {
  return (
    <ul className={styles.list}>
      {instances.map(({ id, slug, name, kind, role }) => (
        <li key={id} className={styles.row}>
          <div className={styles.who}>
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="var(--quiet)">
              {words.people.roles[role]}
            </Text>
          </div>
          {kind === 'sandbox' && (
            <Badge bg="var(--amber-ground)" c="var(--amber)">
              {words.instances.kinds.sandbox}
            </Badge>
          )}
          {id === current ? (
            <Text size="sm" c="var(--quiet)">
              {words.instances.here}
            </Text>
          ) : (
            <Button
              variant="default"
              size="xs"
              aria-label={words.instances.openOf(name)}
              renderRoot={(props) => (
                <Link {...props} to="/$slug/inbox/$view" params={{ slug, view: 'open' }} />
              )}
            >
              {words.instances.open}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
