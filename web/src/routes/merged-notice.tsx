import { Link } from '@tanstack/react-router';
import { conversationLink, type ListRoute } from '../features/conversations/list/list-route.ts';
import { t } from '../locales/messages.ts';
import styles from './merged-notice.module.css';

/** Says that somebody merged the conversation that is being read into another one, and leads to that. */
export function MergedNotice({ listRoute, intoId }: { listRoute: ListRoute; intoId: string }) {
  return (
    <p role="status" className={styles.notice}>
      {t('merging.meanwhile')} <Link {...conversationLink(listRoute, intoId)}>{t('merging.openMerged')}</Link>
    </p>
  );
}
