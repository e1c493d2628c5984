import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { mailboxTraffic } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { formatDate } from '../../../ui/format.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { MailboxFigures } from './mailbox-figures.tsx';
import styles from './traffic.module.css';

type TrafficDay = { day: string; received: number; sent: number };

/** How a mailbox did in the last 30 days: figures, and messages per day as a chart and as a table. */
export function Traffic({ instanceId, mailboxId }: { instanceId: string; mailboxId: string }) {
  const query = useQuery(mailboxTraffic(instanceId, mailboxId));
  if (query.isPending) return <LoadingState lines={2} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { days, figures } = query.data;
  return (
    <>
      <MailboxFigures figures={figures} />
      <figure className={styles.figure}>
        <figcaption className={styles.caption}>
          <Text size="sm" c="var(--text-muted)">
            {t('mailbox.trafficText')}
          </Text>
          <span className={styles.key}>
            <i className={styles.received} aria-hidden /> {t('mailbox.receivedCount')}
          </span>
          <span className={styles.key}>
            <i className={styles.sent} aria-hidden /> {t('mailbox.sentCount')}
          </span>
        </figcaption>
        <TrafficChart days={days} />
        <details className={styles.table}>
          <summary>{t('mailbox.trafficAsTable')}</summary>
          <Table fz="sm" verticalSpacing={3} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('mailbox.day')}</Table.Th>
                <Table.Th scope="col">{t('mailbox.receivedCount')}</Table.Th>
                <Table.Th scope="col">{t('mailbox.sentCount')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...days].reverse().map(({ day, received, sent }) => (
                <Table.Tr key={day}>
                  <Table.Th scope="row" fw={400}>
                    {formatDay(day)}
                  </Table.Th>
                  <Table.Td>{received}</Table.Td>
                  <Table.Td>{sent}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      </figure>
    </>
  );
}

const width = 600;
const height = 120;
const baseline = 100;

/** Two bars per day; the scale ends at a round number. */
function TrafficChart({ days }: { days: TrafficDay[] }) {
  const sum = (of: 'received' | 'sent') => days.reduce((all, day) => all + day[of], 0);
  const maxCount = niceCeiling(Math.max(1, ...days.flatMap(({ received, sent }) => [received, sent])));
  const step = (width - 30) / days.length;
  const barHeight = (count: number) => (count / maxCount) * (baseline - 10);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={styles.picture}
      role="img"
      aria-label={t('mailbox.trafficPicture', { received: sum('received'), sent: sum('sent') })}
    >
      {[0, maxCount / 2, maxCount].map((count) => (
        <g key={count}>
          <line
            x1="30"
            x2={width}
            y1={baseline - barHeight(count)}
            y2={baseline - barHeight(count)}
            className={styles.line}
          />
          {Number.isInteger(count) && (
            <text x="24" y={baseline - barHeight(count) + 3} textAnchor="end" className={styles.label}>
              {count}
            </text>
          )}
        </g>
      ))}
      {days.map(({ day, received, sent }, index) => {
        const x = 30 + index * step;
        return (
          <g key={day}>
            <title>{`${formatDay(day)}: ${t('mailbox.receivedCount')} ${received}, ${t('mailbox.sentCount')} ${sent}`}</title>
            <rect x={x} y="0" width={step} height={baseline} fill="transparent" />
            <rect
              x={x + 2}
              y={baseline - barHeight(received)}
              width={step / 2 - 2}
              height={barHeight(received)}
              className={styles.received}
            />
            <rect
              x={x + step / 2}
              y={baseline - barHeight(sent)}
              width={step / 2 - 2}
              height={barHeight(sent)}
              className={styles.sent}
            />
            {index % 7 === 1 && (
              <text
                x={index > 26 ? x + step : x}
                y={baseline + 14}
                textAnchor={index > 26 ? 'end' : 'start'}
                className={styles.label}
              >
                {formatDay(day)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** The end of the scale: 1, 2, 4, 6, 10, 20, 40 … Half of it is an integer, except for 1. */
function niceCeiling(count: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 4, 6]) if (step * power >= count) return step * power;
  }
}

function formatDay(day: string): string {
  return formatDate(new Date(`${day}T12:00:00`), { day: 'numeric', month: 'short' });
}
