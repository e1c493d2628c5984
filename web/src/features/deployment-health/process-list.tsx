import { Text } from '@mantine/core';
import { useId } from 'react';
import type { HealthProcess } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatList, formatNumber } from '../../ui/format.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import styles from './deployment-health.module.css';
import { StateLabel } from './state-label.tsx';

/** Each process of the deployment, with what it does and how it is. */
export function ProcessList({ processes }: { processes: HealthProcess[] }) {
  const heading = useId();
  if (processes.length === 0) return null;
  return (
    <section aria-labelledby={heading} className={styles.list}>
      <h2 id={heading}>{t('health.processes.title')}</h2>
      <ul>
        {processes.map((process) => (
          <li key={process.id}>
            <div>
              <Text size="sm" fw={600}>
                {t(`health.processes.roles.${process.role}`)}
              </Text>
              <Text size="sm" c="var(--text-muted)">
                {t('health.processes.since', {
                  pid: String(process.pid),
                  since: formatClockTime(new Date(process.startedAt), new Date()),
                })}
              </Text>
            </div>
            <div className={styles.condition}>
              <StateLabel state={process.state} />
              <Condition process={process} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is wrong, or else what it serves. Loops have the names of the log and of the metrics, which are English. */
function Condition({ process }: { process: HealthProcess }) {
  const { silent, reportedAt, stoppedLoops, failingLoops, role, streams, eventLagMs } = process;
  const lines: Array<{ text: string; lang?: string }> = [];
  if (silent) {
    const since = formatClockTime(new Date(reportedAt), new Date());
    lines.push({ text: t('health.processes.silent', { since }) });
  } else {
    if (stoppedLoops.length > 0)
      lines.push({ text: t('health.processes.stopped', { loops: formatList(stoppedLoops) }), lang: 'en' });
    if (failingLoops.length > 0)
      lines.push({ text: t('health.processes.failing', { loops: formatList(failingLoops) }), lang: 'en' });
    if (role !== 'worker') {
      const pages = t('health.processes.pages', { count: streams });
      const duration = eventLagMs === null ? null : milliseconds(eventLagMs);
      lines.push({ text: duration ? `${pages}, ${t('health.processes.lag', { duration })}` : pages });
    }
  }
  return lines.map(({ text, lang }) => (
    <Text key={text} size="sm" c="var(--text-muted)" lang={lang}>
      {text}
    </Text>
  ));
}

const milliseconds = (value: number) =>
  formatNumber(value, { style: 'unit', unit: 'millisecond', unitDisplay: 'short' });
