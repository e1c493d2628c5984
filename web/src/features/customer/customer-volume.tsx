import { SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hasFailed } from '../../api/has-failed.ts';
import { t } from '../../locales/messages.ts';
import { daysAgo, formatStep, stepsOf } from '../../ui/figures/period.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { ReportFigure } from '../../ui/figures/report-figure.tsx';
import { formatNumber } from '../../ui/format.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { customerVolume } from './queries.ts';

const kinds = ['arrivals', 'sent'] as const;
const none = { arrivals: 0, sent: 0 };

/** How many messages were received from and sent to a customer, by week or month. */
export default function CustomerVolume({
  instanceId,
  customerId,
}: {
  instanceId: string;
  customerId: string;
}) {
  const [days, setDays] = useState('365');
  const step = days === '365' ? 'month' : 'week';
  const period = daysAgo(Number(days));
  const { from, to } = period;
  const query = useQuery(customerVolume(instanceId, customerId, { from, to, step }));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const counts = new Map(query.data.steps.map((one) => [one.start, one]));
  const rows = stepsOf(period, step).map((start) => ({ ...none, ...counts.get(start), start }));
  return (
    <ReportFigure
      title={t('customers.volume')}
      table={{
        columns: [t('reports.since'), ...kinds.map((kind) => t(`reports.${kind}`))],
        rows: rows.map((row) => [
          { text: formatStep(row.start, step), value: row.start },
          ...kinds.map((kind) => row[kind]),
        ]),
      }}
    >
      <SegmentedControl
        size="xs"
        mb="xs"
        aria-label={t('reports.period')}
        value={days}
        onChange={setDays}
        data={['90', '365'].map((value) => ({
          value,
          label: t('reports.lastDays', { days: Number(value) }),
        }))}
      />
      {query.data.steps.length > 0 ? (
        <Plot
          rows={rows.map(({ start, arrivals, sent }) => ({ label: formatStep(start, step), arrivals, sent }))}
          series={kinds.map((key) => ({ key, name: t(`reports.${key}`) }))}
          format={formatNumber}
          height={150}
          axisWidth={28}
        />
      ) : (
        <Text size="sm" c="var(--text-muted)">
          {t('customers.noVolume')}
        </Text>
      )}
    </ReportFigure>
  );
}
