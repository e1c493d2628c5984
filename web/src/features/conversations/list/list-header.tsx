import { ActionIcon } from '@mantine/core';
import { IconBaselineDensityMedium, IconBaselineDensitySmall } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { viewCounts } from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import { useDisplayChoice } from '../../../ui/display-choices.ts';
import { formatNumber } from '../../../ui/format.ts';
import { Hint } from '../../../ui/hint.tsx';
import styles from './list.module.css';
import type { ListRoute } from './list-route.ts';

/** The bar above a list: which one it is, how many are open in it, and the choice of its density. */
export function ListHeader({ name, count }: ListName) {
  const [density, setDensity] = useDisplayChoice('density');
  const isCompact = density === 'compact';
  const label = t(isCompact ? 'views.comfortable' : 'views.compact');
  const Icon = isCompact ? IconBaselineDensityMedium : IconBaselineDensitySmall;
  return (
    <header className={styles.listHeader}>
      <h2 title={name}>{name}</h2>
      {count > 0 && <span>{formatNumber(count)}</span>}
      <Hint label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={label}
          onClick={() => setDensity(isCompact ? 'comfortable' : 'compact')}
        >
          <Icon size={16} aria-hidden />
        </ActionIcon>
      </Hint>
    </header>
  );
}

/** `count` is 0 where the conversations of a list are not counted. */
type ListName = { name: string; count: number };

/** What a list is called; `filterName` is the name of the saved filter that it is of. */
export function useListName(
  instanceId: string,
  { view, mailboxId, filterId, query }: ListRoute,
  filterName = '',
): ListName {
  const counts = useQuery(viewCounts(instanceId)).data;
  if (filterId) {
    const filter = counts?.filters.find((one) => one.filterId === filterId);
    return { name: filterName, count: filter?.count ?? 0 };
  }
  if (query !== undefined) return { name: query.trim() || t('shortcuts.search'), count: 0 };
  if (mailboxId) {
    const mailbox = counts?.mailboxes.find((one) => one.mailboxId === mailboxId);
    return { name: mailbox?.address ?? '', count: mailbox?.open ?? 0 };
  }
  return { name: t(`views.${view}`), count: view === 'done' ? 0 : (counts?.[view] ?? 0) };
}
