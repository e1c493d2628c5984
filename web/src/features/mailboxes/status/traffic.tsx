import { useQuery } from '@tanstack/react-query';
import { hasFailed } from '../../../api/has-failed.ts';
import { mailboxTraffic } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { Plot } from '../../../ui/figures/plot.tsx';
import { ReportFigure } from '../../../ui/figures/report-figure.tsx';
import { formatDate, formatNumber } from '../../../ui/format.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { MailboxFigures } from './mailbox-figures.tsx';

const kinds = ['received', 'sent'] as const;

/** How a mailbox did in the last 30 days: figures, and messages per day. */
export default function Traffic({ instanceId, mailboxId }: { instanceId: string; mailboxId: string }) {
  const query = useQuery(mailboxTraffic(instanceId, mailboxId));
  if (query.isPending) return <LoadingState lines={2} />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { days, figures } = query.data;
  return (
    <>
      <MailboxFigures figures={figures} />
      <ReportFigure
        title={t('mailbox.trafficText')}
        table={{
          columns: [t('mailbox.day'), ...kinds.map((kind) => t(`mailbox.${kind}Count`))],
          rows: days.map((one) => [
            { text: formatDay(one.day), value: one.day },
            ...kinds.map((kind) => one[kind]),
          ]),
        }}
      >
        <Plot
          rows={days.map(({ day, received, sent }) => ({ label: formatDay(day), received, sent }))}
          series={kinds.map((key) => ({ key, name: t(`mailbox.${key}Count`) }))}
          format={formatNumber}
          height={150}
          axisWidth={36}
        />
      </ReportFigure>
    </>
  );
}

function formatDay(day: string): string {
  return formatDate(new Date(`${day}T12:00:00`), { day: 'numeric', month: 'short' });
}
