import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Draft } from '../../../api/client.ts';
import { drafts } from '../../../api/queries/composer.ts';
import { t } from '../../../locales/messages.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import styles from '../styles/composer.module.css';
import { isEmptyHtml } from './draft-content.ts';

/** The user's unsent drafts of a conversation, each with a button that opens it. */
export function UnsentDrafts({
  instanceId,
  conversationId,
  onResume,
}: {
  instanceId: string;
  conversationId: string;
  onResume(draft: Draft): void;
}) {
  const draftsQuery = useQuery(drafts(instanceId, conversationId));
  const unsent = (draftsQuery.data?.drafts ?? []).filter(
    ({ html, attachments, forwarded }) => !isEmptyHtml(html) || attachments.length > 0 || forwarded,
  );
  return unsent.map((draft) => (
    <div key={draft.id} className={styles.unsentDraft}>
      <b>{labelOf(draft)}</b>
      <span className={styles.excerpt}>{htmlToText(draft.html)}</span>
      <Button size="compact-xs" variant="default" onClick={() => onResume(draft)}>
        {t('composer.goOn')}
      </Button>
    </div>
  ));
}

function labelOf({ kind }: Draft): string {
  if (kind === 'note') return t('composer.unfinishedNote');
  return kind === 'forward' ? t('composer.unfinishedForward') : t('composer.unfinishedReply');
}
