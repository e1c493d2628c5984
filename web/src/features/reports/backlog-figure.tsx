import { useQuery } from '@tanstack/react-query';
import { hasFailed } from '../../api/has-failed.ts';
import { type ReportSubject, reportBacklog } from '../../api/queries/reports.ts';
import { t } from '../../locales/messages.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { ReportFigure } from '../../ui/figures/report-figure.tsx';
import { formatNumber } from '../../ui/format.ts';
import { formatSeconds } from '../../ui/format-seconds.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';

/** The open conversations by how long their customers have been waiting. */
export function BacklogFigure({ instanceId, subject }: { instanceId: string; subject: ReportSubject }) {
  const query = useQuery(reportBacklog(instanceId, subject));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { ages, waiting, answered } = query.data;
  const length = (hours: number) => formatSeconds(hours * 3_600);
  const rows = [
    ...waiting.map((count, index) => ({
      label:
        index < ages.length
          ? t('reports.under', { time: length(ages[index]!) })
          : t('reports.over', { time: length(ages.at(-1)!) }),
      count,
    })),
    { label: t('reports.answered'), count: answered },
  ];
  return (
    <ReportFigure
      title={t('reports.backlogTitle')}
      table={{
        columns: [t('reports.waitingFor'), t('reports.conversations')],
        rows: rows.map(({ label, count }) => [label, count]),
      }}
    >
      <Plot
        rows={rows}
        series={[{ key: 'count', name: t('reports.conversations') }]}
        format={formatNumber}
        nothing={t('reports.nothingOpen')}
      />
    </ReportFigure>
  );
}
