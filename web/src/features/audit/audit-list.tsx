import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { AuditEntry } from '../../api/client.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { words } from '../../words/words.ts';
import styles from './audit.module.css';
import { diffFields, formatValue } from './diff-fields.ts';

/** The entries of the audit log, newest first; each opens to show what changed. */
export function AuditList({ entries }: { entries: AuditEntry[] }) {
  return (
    <ul className={styles.list} aria-label={words.audit.list}>
      {entries.map((entry) => (
        <AuditListItem key={entry.id} entry={entry} />
      ))}
    </ul>
  );
}

function AuditListItem({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  const says = words.audit;
  const action = says.actions[entry.action];
  const changes = diffFields(entry.before, entry.after);
  const { ipAddress } = entry;
  return (
    <li className={styles.entry}>
      <div className={styles.row}>
        <div className={styles.what}>
          <Text fw={600}>{action}</Text>
          <Text size="sm">{entry.subject}</Text>
        </div>
        <div className={styles.what}>
          <Text size="sm">{entry.actor.name}</Text>
          {ipAddress && (
            <Text size="sm" c="var(--quiet)">
              {says.address(ipAddress)}
            </Text>
          )}
        </div>
        <Text size="sm" c="var(--quiet)">
          <RelativeTime at={entry.at} />
        </Text>
        {changes.length > 0 ? (
          <Button
            size="xs"
            variant="default"
            aria-expanded={open}
            aria-label={says.detailsOf(action, entry.subject)}
            onClick={() => setOpen(!open)}
          >
            {says.details}
          </Button>
        ) : (
          <span />
        )}
      </div>
      {open && (
        <div className={styles.changes}>
          <table>
            <thead>
              <tr>
                <th scope="col">{says.field}</th>
                <th scope="col">{says.before}</th>
                <th scope="col">{says.after}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ field, before, after }) => (
                <tr key={field}>
                  <th scope="row">{says.fields[field] ?? field}</th>
                  <td>{formatValue(before)}</td>
                  <td>{formatValue(after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </li>
  );
}
