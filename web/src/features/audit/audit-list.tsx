import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { AuditEntry } from '../../api/client.ts';
import { format, t } from '../../locales/messages.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import styles from './audit.module.css';
import { diffFields, formatValue } from './diff-fields.ts';

/** The entries of the audit log, newest first; each opens to show what changed. */
export function AuditList({ entries }: { entries: AuditEntry[] }) {
  return (
    <ul className={styles.list} aria-label={t('audit.list')}>
      {entries.map((entry) => (
        <AuditListItem key={entry.id} entry={entry} />
      ))}
    </ul>
  );
}

function AuditListItem({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  const action = t(`audit.actions.${entry.action}`);
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
          <Text size="sm">{entry.actor.name || t('audit.notSignedIn')}</Text>
          {ipAddress && (
            <Text size="sm" c="var(--text-muted)">
              {t('audit.address', { ip: ipAddress })}
            </Text>
          )}
        </div>
        <Text size="sm" c="var(--text-muted)" className={styles.time}>
          <RelativeTime at={entry.at} />
        </Text>
        {changes.length > 0 ? (
          <Button
            size="xs"
            variant="default"
            aria-expanded={open}
            aria-label={t('audit.detailsOf', { action, subject: entry.subject })}
            onClick={() => setOpen(!open)}
          >
            {t('audit.details')}
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
                <th scope="col">{t('audit.field')}</th>
                <th scope="col">{t('audit.before')}</th>
                <th scope="col">{t('audit.after')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ field, before, after }) => (
                <tr key={field}>
                  <th scope="row">{format(`audit.fields.${field}`) ?? field}</th>
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
