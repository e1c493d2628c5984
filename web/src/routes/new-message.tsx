import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Draft } from '../api/client.ts';
import { drafts } from '../api/queries/composer.ts';
import { readMailto } from '../features/composer/draft/mailto.ts';
import { type KeptDraft, keptDrafts } from '../features/composer/draft/stored-draft.ts';
import { type UnfinishedDraft, UnfinishedList } from '../features/composer/draft/unfinished-list.tsx';
import Composer from '../features/composer/form/composer.tsx';
import { t } from '../locales/messages.ts';
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
  // As it was when the page was opened: what is written here is no unfinished message yet.
  const [allKept] = useState(() => keptDrafts(me.user.id, instance.id));
  const kept = allKept.filter(({ id }) => id !== draftId);
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
      <UnfinishedList slug={slug} drafts={unfinishedDrafts(others, kept)} />
    </Page>
  );
}

/** Those on the server, and those that only this browser has or has more of. */
function unfinishedDrafts(saved: Draft[], kept: KeptDraft[]): UnfinishedDraft[] {
  const keptIds = new Set(kept.map(({ id }) => id));
  return [
    ...kept.map(({ id, conversationId, content: { to, subject, html } }) => {
      return { id, conversationId, to, subject, html, changedAt: null };
    }),
    ...saved
      .filter(({ id }) => !keptIds.has(id))
      .map(({ id, to, subject, html, changedAt }) => ({
        id,
        conversationId: null,
        to,
        subject,
        html,
        changedAt,
      })),
  ];
}
