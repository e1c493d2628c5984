import { Text } from '@mantine/core';
import { useId } from 'react';
import type { HealthArea } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatNumber } from '../../ui/format.ts';
import { formatSeconds } from '../../ui/format-seconds.ts';
import styles from './deployment-health.module.css';
import { StateLabel } from './state-label.tsx';

/** Each area with its state in words, what to do, and its figures. */
export function HealthAreas({ areas }: { areas: HealthArea[] }) {
  return (
    <div className={styles.areas}>
      {areas.map((area) => (
        <AreaCard key={area.area} area={area} />
      ))}
    </div>
  );
}

function AreaCard({ area: { area, state, cause, figures } }: { area: HealthArea }) {
  const heading = useId();
  return (
    <section className={styles.area} data-state={state} aria-labelledby={heading}>
      <header className={styles.head}>
        <h2 id={heading}>{t(`health.areas.${area}`)}</h2>
        <StateLabel state={state} />
      </header>
      {cause && (
        <p className={styles.cause}>
          <b>{t(`health.causes.${cause}.title`)}</b>{' '}
          <Text span size="sm" c="var(--text-muted)">
            {t(`health.causes.${cause}.todo`)}
          </Text>
        </p>
      )}
      <dl className={styles.figures}>
        {figures.map((figure) => (
          <div key={figure.name}>
            <dt>{t(`health.figures.${figure.name}`)}</dt>
            <dd>{valueText(figure)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function valueText({ unit, value }: HealthArea['figures'][number]): string {
  if (value === null) return '–';
  switch (unit) {
    case 'seconds':
      // Less than a second is no delay that anybody notices.
      return value < 1 ? t('health.none') : formatSeconds(value);
    case 'milliseconds':
      return formatNumber(value, { style: 'unit', unit: 'millisecond', unitDisplay: 'short' });
    case 'ratio':
      return formatNumber(value, { style: 'percent' });
    default:
      return formatNumber(value);
  }
}
