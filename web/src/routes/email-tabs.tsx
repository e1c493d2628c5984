import { Link } from '@tanstack/react-router';
import { t } from '../locales/messages.ts';
import styles from './email-tabs.module.css';
import { useAppContext } from './shell.tsx';

/** The navigation of Apps > Email. */
export function EmailTabs() {
  const { instance } = useAppContext();
  const params = { slug: instance.slug };
  const tabProps = { className: styles.tab!, activeProps: { className: `${styles.tab} ${styles.active}` } };
  return (
    <nav className={styles.tabs} aria-label={t('emailParts.label')}>
      <Link
        to="/$slug/apps/email"
        params={params}
        {...tabProps}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        {t('emailParts.addresses')}
      </Link>
      <Link to="/$slug/apps/email/templates" params={params} {...tabProps}>
        {t('emailParts.templates')}
      </Link>
      <Link to="/$slug/apps/email/google" params={params} {...tabProps}>
        {t('emailParts.google')}
      </Link>
    </nav>
  );
}
