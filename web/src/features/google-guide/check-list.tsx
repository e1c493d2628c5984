import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconEyeOff,
  IconHelpCircle,
} from '@tabler/icons-react';
import type { GoogleCheck } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import styles from './google-guide.module.css';

const icons = {
  ok: IconCircleCheck,
  missing: IconCircleDashed,
  wrong: IconAlertTriangle,
  unknown: IconEyeOff,
  'not-configured': IconHelpCircle,
};

/** The results of the checks of a step, each with a remedy where it failed. */
export function CheckList({ checks }: { checks: GoogleCheck[] }) {
  if (checks.length === 0) return null;
  return (
    <ul className={styles.checks}>
      {checks.map((check) => {
        const { id, state } = check;
        const { title, detail } = textOf(check, 'googleChecks');
        const Icon = icons[state];
        return (
          <li key={id} data-state={state} data-check={id}>
            <Icon size={18} aria-label={t(`google.states.${state}`)} role="img" />
            <span>
              {title}
              {state !== 'ok' && detail && <span className={styles.remedy}>{detail}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
