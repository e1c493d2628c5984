import { Text } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { searchCorrection, viewCounts } from '../../../api/queries/conversation-lists.ts';
import { format, t } from '../../../locales/messages.ts';
import { EmptyState, LoadingState } from '../../../ui/states.tsx';
import styles from './list.module.css';
import { type ListRoute, listLink } from './list-route.ts';
import { viewIcons } from './views-nav.tsx';

/** A list without conversations: what to look at next, what is wrong with the search, or how to begin one. */
export function EmptyList({
  instanceId,
  listRoute,
  problems,
}: {
  instanceId: string;
  listRoute: ListRoute;
  problems: Array<{ code: string; value: string }>;
}) {
  const counts = useQuery(viewCounts(instanceId));
  // Without a mailbox, the page leads an admin to connecting one instead.
  if (counts.isPending) return <LoadingState lines={6} />;
  if (listRoute.query === undefined) return <EmptyView listRoute={listRoute} />;
  const [problem] = problems;
  if (problem) {
    return (
      <EmptyState
        icon={IconSearch}
        title={format(`search.problems.${problem.code}.title`, { value: problem.value }) ?? t('search.none')}
        text={format(`search.problems.${problem.code}.text`) ?? t('search.noneText')}
      />
    );
  }
  if (listRoute.query.trim() === '')
    return <EmptyState icon={IconSearch} title={t('search.begin')} text={t('search.beginText')} />;
  return (
    <EmptyState
      icon={IconSearch}
      title={t('search.none')}
      text={listRoute.filterId ? t('search.noneOfFilter') : t('search.noneText')}
    >
      {!listRoute.filterId && <Correction {...{ instanceId, listRoute }} />}
    </EmptyState>
  );
}

/** A view without conversations, and the view to look at next. */
function EmptyView({ listRoute: { slug, view } }: { listRoute: ListRoute }) {
  const next = view === 'mine' ? 'unassigned' : view === 'open' ? 'done' : 'open';
  return (
    <EmptyState
      icon={viewIcons[view]}
      title={t(`list.empty.${view}.title`)}
      text={t(`list.empty.${view}.text`)}
    >
      <Link {...listLink({ slug, view: next })} className={styles.correction}>
        {t('list.empty.next', { view: t(`views.${next}`) })}
      </Link>
    </EmptyState>
  );
}

/** Offers the search with its misspelt words corrected. */
function Correction({ instanceId, listRoute }: { instanceId: string; listRoute: ListRoute }) {
  const { data } = useQuery(searchCorrection(instanceId, listRoute.query ?? ''));
  if (!data?.correction) return null;
  return (
    <Text mt="xs">
      {t('search.didYouMean')}{' '}
      <Link {...listLink({ ...listRoute, query: data.correction })} className={styles.correction}>
        {data.correction.trim()}
      </Link>
    </Text>
  );
}
