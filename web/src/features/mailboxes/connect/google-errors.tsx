import { Text } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import styles from './google-errors.module.css';

/** The errors Google shows in its own window, by the codes it shows with them. */
const errors = [
  'admin_policy_enforced',
  'access_denied',
  'org_internal',
  'no_account',
  'account_disabled',
  'redirect_uri_mismatch',
] as const;

/** Explains errors that Google shows in its own window, from which it does not return here. */
export function GoogleErrors({ open }: { open: boolean }) {
  return (
    <details className={styles.errors} open={open}>
      <summary>{t('connect.google.title')}</summary>
      <dl>
        {errors.map((error) => (
          <div key={error} className={styles.error}>
            <dt>
              <Text span size="xs" c="var(--text-muted)">
                {t('connect.google.says')}
              </Text>
              <br />
              {t(`connect.google.${error}.message`)}
            </dt>
            <dd>
              {t(`connect.google.${error}.meaning`)} {t(`connect.google.${error}.detail`)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
