import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { drafts } from '../api/queries/composer.ts';
import { readMailto } from '../features/composer/draft/mailto.ts';
import Composer from '../features/composer/form/composer.tsx';
import { t } from '../locales/messages.ts';
import { htmlToText } from '../ui/html-to-text.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import styles from './new-message.module.css';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** A new message, and below it the user's unsent ones. */
export default function NewMessagePage() {
  const { me, instance } = useAppContext();
  const { draftId } = useParams({ strict: false }) as { draftId: string };
  const { mailto } = useLocation().state;
  const navigate = useNavigate();
  const { slug } = instance;
  const draftsQuery = useQuery(drafts(instance.id, null));
  const others = (draftsQuery.data?.drafts ?? []).filter(({ id }) => id !== draftId);
  const goToInbox = () => void navigate({ to: '/$slug/inbox/$view', params: { slug, view: 'open' } });
  return (
    <Page title={t('composer.newMessage')}>
      <Composer
        key={draftId}
        instanceId={instance.id}
        kind="new"
        conversationId={null}
        draftId={draftId}
        layout="page"
        prefilled={mailto === undefined ? null : readMailto(mailto)}
        placeholderValues={{
          'customer.name': '',
          'customer.email': '',
          'user.name': me.user.name,
          'conversation.subject': '',
        }}
        onClose={goToInbox}
        onSent={({ conversationId }) =>
          void navigate({
            to: '/$slug/inbox/$view/$conversationId',
            params: { slug, view: 'mine', conversationId },
          })
        }
        onPopOut={() =>
          window.open(
            `/${slug}/window/new/${draftId}`,
            `postroom-composer-${draftId}`,
            'popup,width=720,height=640',
          )
        }
      />
      {others.length > 0 && (
        <Stack mt="xl" gap="xs">
          <Title order={2}>{t('composer.unfinished')}</Title>
          <ul className={styles.list}>
            {others.map(({ id, to, subject, html, changedAt }) => (
              <li key={id}>
                <Link
                  to="/$slug/new/$draftId"
                  params={{ slug, draftId: id } as never}
                  className={styles.draft}
                >
                  <span className={styles.words}>
                    <b>{subject || t('list.noSubject')}</b> {to.join(', ')}
                    <Text size="sm" c="var(--text-muted)" truncate>
                      {htmlToText(html)}
                    </Text>
                  </span>
                  <Text span size="xs" c="var(--text-muted)">
                    <RelativeTime at={changedAt} />
                  </Text>
                </Link>
              </li>
            ))}
          </ul>
        </Stack>
      )}
    </Page>
  );
}
