import { IconAlertTriangleFilled, IconCircleCheck, IconCircleXFilled } from '@tabler/icons-react';
import type { HealthArea } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import styles from './deployment-health.module.css';

const looks = {
  good: { icon: IconCircleCheck, color: 'var(--success)' },
  attention: { icon: IconAlertTriangleFilled, color: 'var(--warning)' },
  bad: { icon: IconCircleXFilled, color: 'var(--error)' },
};

/** How an area or a process is, as a picture and a word. */
export function StateLabel({ state }: { state: HealthArea['state'] }) {
  const { icon: Icon, color } = looks[state];
  return (
    <span className={styles.state} style={{ color }}>
      <Icon size={16} aria-hidden />
      {t(`health.states.${state}`)}
    </span>
  );
}
