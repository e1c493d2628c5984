import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { bounceReason } from './bounce-reason.ts';
import styles from './delivery-reports.module.css';

type Report = Message['reports'][number];

/** The delivery reports about a sent message, one line per recipient (R6). */
export function DeliveryReports({ reports }: { reports: Report[] }) {
  if (reports.length === 0) return null;
  return (
    <ul className={styles.reports}>
      {reports.map((report) => (
        <ReportRow key={`${report.kind} ${report.recipient}`} report={report} />
      ))}
    </ul>
  );
}

function ReportRow({ report }: { report: Report }) {
  const [detailsOpen, setDetailsOpen] = useState(false);
  const { kind, recipient, status, diagnostic } = report;
  const summary =
    kind === 'complaint'
      ? t('report.complaint', { recipient: recipient || t('report.someRecipient') })
      : t(kind === 'failed' ? 'report.failed' : 'report.delayed', {
          recipient,
          reason: bounceReason(report),
        });
  return (
    <li className={`${styles.report} ${styles[kind]}`}>
      <IconAlertTriangle size={16} aria-hidden className={styles.icon} />
      <div className={styles.body}>
        {summary}{' '}
        {kind !== 'complaint' && (
          <UnstyledButton
            className={styles.toggle}
            aria-expanded={detailsOpen}
            onClick={() => setDetailsOpen((shown) => !shown)}
          >
            {t('report.more')}
          </UnstyledButton>
        )}
        {detailsOpen && (
          <div className={styles.details}>
            {t('report.status', { status })}
            {diagnostic && ` · ${diagnostic}`}
          </div>
        )}
      </div>
    </li>
  );
}
