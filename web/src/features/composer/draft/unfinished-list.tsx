import { Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from '../../../locales/messages.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import styles from '../styles/unfinished-list.module.css';

export type UnfinishedDraft = {
  id: string;
  /** null: a new message. */
  conversationId: string | null;
  to: string[];
  subject: string;
  html: string;
  /** null: this browser keeps it, and the server does not have it as it is. */
  changedAt: string | null;
};

/** The user's unsent messages; each opens where it is written. */
export function UnfinishedList({ slug, drafts }: { slug: string; drafts: UnfinishedDraft[] }) {
  if (drafts.length === 0) return null;
  return (
    <Stack mt="xl" gap="xs">
      <Title order={2}>{t('composer.unfinished')}</Title>
      <ul className={styles.list}>
        {drafts.map(({ id, conversationId, to, subject, html, changedAt }) => (
          <li key={id}>
            <Link {...linkTo(slug, { id, conversationId })} className={styles.draft}>
              <span className={styles.words}>
                <b>{subject || t(conversationId ? 'composer.unfinishedReply' : 'list.noSubject')}</b>{' '}
                {to.join(', ')}
                <Text size="sm" c="var(--text-muted)" truncate>
                  {htmlToText(html)}
                </Text>
              </span>
              <Text span size="xs" c="var(--text-muted)">
                {changedAt ? <RelativeTime at={changedAt} /> : t('composer.keptHere')}
              </Text>
            </Link>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function linkTo(
  slug: string,
  { id, conversationId }: Pick<UnfinishedDraft, 'id' | 'conversationId'>,
): LinkProps {
  const link = conversationId
    ? {
        to: '/$slug/inbox/$view/$conversationId',
        params: { slug, view: 'open', conversationId },
      }
    : { to: '/$slug/new/$draftId', params: { slug, draftId: id } };
  return link as LinkProps;
}
