import { Link } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import styles from './email-tabs.module.css';
import { usePlace } from './shell.tsx';

/** The way between the parts of Apps > Email. */
export function EmailParts() {
  const { instance } = usePlace();
  const params = { slug: instance.slug };
  const part = { className: styles.part!, activeProps: { className: `${styles.part} ${styles.active}` } };
  return (
    <nav className={styles.parts} aria-label={words.emailParts.label}>
      <Link to="/$slug/apps/email" params={params} {...part} activeOptions={{ exact: true }}>
        {words.emailParts.addresses}
      </Link>
      <Link to="/$slug/apps/email/templates" params={params} {...part}>
        {words.emailParts.templates}
      </Link>
      <Link to="/$slug/apps/email/google" params={params} {...part}>
        {words.emailParts.google}
      </Link>
    </nav>
  );
}
