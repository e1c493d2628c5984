import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconAlertTriangleFilled,
  IconAt,
  IconBellOff,
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconCircleDashed,
  IconClock,
  IconFilter,
  IconInbox,
  IconMail,
  IconUser,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Fragment, useEffect, useRef } from 'react';
import {
  filters as filtersQuery,
  type View,
  viewCounts,
  views,
} from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import { ReconnectLink } from '../../../ui/disconnected-mailbox.tsx';
import { useDisplayChoice } from '../../../ui/display-choices.ts';
import { formatNumber } from '../../../ui/format.ts';
import { isLongList } from '../../../ui/long-list.ts';
import styles from './views-nav.module.css';

export const viewIcons = {
  mine: IconUser,
  unassigned: IconCircleDashed,
  open: IconInbox,
  snoozed: IconClock,
  done: IconCheck,
  mentions: IconAt,
  quiet: IconBellOff,
} satisfies Record<View, typeof IconInbox>;

/** The server counts up to this number. */
const maxCount = 10_000;

/** The views of the inbox, the saved filters and the mailboxes, with their counts. */
export function ViewsNav({ instanceId, slug }: { instanceId: string; slug: string }) {
  const { data } = useQuery(viewCounts(instanceId));
  const filters = useQuery(filtersQuery(instanceId)).data?.filters ?? [];
  const countOf = (view: (typeof views)[number]) => (view === 'done' ? 0 : (data?.[view] ?? 0));
  const nav = useRef<HTMLElement>(null);
  // Of "/acme/inbox/open/…": another conversation is no other list.
  const list = useLocation({ select: ({ pathname }) => pathname.split('/', 4).join('/') });
  const isLoaded = data !== undefined;
  const [shown, setShown] = useDisplayChoice('mailboxes');
  const all = data?.mailboxes ?? [];
  const busy = all.filter(
    ({ open, state, mailboxId }) =>
      open > 0 || state !== 'connected' || list.endsWith(`/mailbox/${mailboxId}`),
  );
  const isFoldable = isLongList(all) && busy.length < all.length;
  const mailboxes = isFoldable && shown === 'busy' ? busy : all;
  // On a phone the views are a strip that scrolls.
  useEffect(() => {
    if (list && isLoaded)
      nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [list, isLoaded]);
  const hiddenWhenEmpty = (view: string) => view === 'snoozed' || view === 'quiet' || view === 'mentions';
  return (
    <nav ref={nav} aria-label={t('views.label')} className={styles.nav}>
      {views
        .filter((view) => !hiddenWhenEmpty(view) || countOf(view) > 0)
        .map((view) => {
          const Icon = viewIcons[view];
          return (
            <Link
              key={view}
              to="/$slug/inbox/$view"
              params={{ slug, view }}
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.active}` }}
              title={t(`views.${view}`)}
            >
              <Icon size={16} aria-hidden />
              <span className={styles.name}>{t(`views.${view}`)}</span>
              <CountBadge value={countOf(view)} />
            </Link>
          );
        })}
      {filters.length > 0 && (
        <Text size="xs" c="var(--text-muted)" className={styles.heading}>
          {t('filters.heading')}
        </Text>
      )}
      {filters.map(({ id, name, shared, query }) => (
        <Link
          key={id}
          to="/$slug/filter/$filterId"
          params={{ slug, filterId: id }}
          className={styles.link}
          activeProps={{ className: `${styles.link} ${styles.active}` }}
          title={shared ? `${query} · ${t('filters.shared')}` : query}
        >
          <IconFilter size={16} aria-hidden />
          <span className={styles.name}>{name}</span>
          <CountBadge value={data?.filters.find(({ filterId }) => filterId === id)?.count ?? 0} />
        </Link>
      ))}
      {all.length > 0 && (
        <>
          <Text size="xs" c="var(--text-muted)" className={styles.heading}>
            {t('views.mailboxes')}
          </Text>
          {mailboxes.map((mailbox) => (
            <Fragment key={mailbox.mailboxId}>
              <Link
                to="/$slug/mailbox/$mailboxId"
                params={{ slug, mailboxId: mailbox.mailboxId }}
                className={styles.link}
                activeProps={{ className: `${styles.link} ${styles.active}` }}
                title={`${mailbox.displayName} · ${mailbox.address}`}
              >
                <MailboxIcon state={mailbox.state} />
                <MailboxName mailbox={mailbox} all={all} />
                {mailbox.state === 'disconnected' ? (
                  <span className={styles.disconnected}>{t('views.disconnected')}</span>
                ) : (
                  <span className={styles.state}>
                    {mailbox.state === 'trouble' && (
                      <span className={styles.trouble}>{t('views.trouble')}</span>
                    )}
                    <CountBadge value={mailbox.open} />
                  </span>
                )}
              </Link>
              {mailbox.state === 'disconnected' && (
                <span className={styles.wayBack}>
                  <ReconnectLink mailboxId={mailbox.mailboxId} address={mailbox.address} />
                </span>
              )}
            </Fragment>
          ))}
          {isFoldable && (
            <UnstyledButton
              className={`${styles.link} ${styles.more}`}
              aria-expanded={shown === 'all'}
              onClick={() => setShown(shown === 'all' ? 'busy' : 'all')}
            >
              {shown === 'all' ? (
                <IconChevronUp size={16} aria-hidden />
              ) : (
                <IconChevronDown size={16} aria-hidden />
              )}
              <span className={styles.name}>
                {shown === 'all' ? t('views.fewerMailboxes') : t('views.allMailboxes', { count: all.length })}
              </span>
            </UnstyledButton>
          )}
        </>
      )}
    </nav>
  );
}

function CountBadge({ value }: { value: number }) {
  if (value === 0) return null;
  const text = formatNumber(Math.min(value, maxCount - 1));
  return <span className={styles.count}>{value < maxCount ? text : `${text}+`}</span>;
}

type MailboxCount = { displayName: string; address: string };

/** Its display name; its address where another mailbox has the same name. A screen reader reads both. */
function MailboxName({ mailbox, all }: { mailbox: MailboxCount; all: MailboxCount[] }) {
  const { displayName, address } = mailbox;
  const isOnly = all.filter((one) => one.displayName === displayName).length === 1;
  return (
    <span className={styles.name}>
      {isOnly ? displayName : address}
      {isOnly && <VisuallyHidden>{` · ${address}`}</VisuallyHidden>}
    </span>
  );
}

function MailboxIcon({ state }: { state: 'connected' | 'trouble' | 'disconnected' }) {
  if (state === 'disconnected')
    return <IconAlertTriangleFilled size={16} aria-hidden className={styles.badIcon} />;
  if (state === 'trouble') return <IconAlertTriangle size={16} aria-hidden className={styles.warningIcon} />;
  return <IconMail size={16} aria-hidden />;
}
