import { Anchor } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { ConversationEvent } from '../../../api/client.ts';
import { format, t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { useMergeSplit } from '../actions/use-merge-split.ts';
import styles from './timeline.module.css';

/** An event between the messages of a conversation; a merge and a split can be undone. */
export function TimelineEvent({
  instanceId,
  conversationId,
  event,
  undone,
  children,
}: {
  instanceId: string;
  conversationId: string;
  event: ConversationEvent;
  undone: boolean;
  /** Shown behind it. */
  children?: ReactNode;
}) {
  const mergeSplit = useMergeSplit(instanceId, conversationId);
  const { kind, otherId } = event;
  const undo =
    otherId && !undone && (kind === 'merged' || kind === 'split')
      ? kind === 'merged'
        ? { undoMergeId: otherId }
        : { remergeId: otherId }
      : null;
  return (
    <p className={styles.event}>
      {eventText(event)} · <RelativeTime at={event.at} />
      {undo && (
        <>
          {' · '}
          <Anchor
            component="button"
            type="button"
            size="xs"
            disabled={mergeSplit.isPending}
            onClick={() => mergeSplit.mutate(undo)}
          >
            {t('merging.undo')}
          </Anchor>
        </>
      )}
      {children}
    </p>
  );
}

/** Events in a row, none of which can be undone: the last, and the others on request. */
export function EventRun({
  instanceId,
  conversationId,
  events,
}: {
  instanceId: string;
  conversationId: string;
  events: ConversationEvent[];
}) {
  const [opened, setOpened] = useState(false);
  const last = events.at(-1)!;
  return (opened ? events : [last]).map((event) => (
    <TimelineEvent key={event.id} {...{ instanceId, conversationId, event }} undone={false}>
      {!opened && (
        <>
          {' · '}
          <Anchor component="button" type="button" size="xs" onClick={() => setOpened(true)}>
            {t('events.earlier', { count: events.length - 1 })}
          </Anchor>
        </>
      )}
    </TimelineEvent>
  ));
}

function eventText({
  kind,
  via,
  actor,
  assignee,
  until,
  tag,
  mailbox,
  mergedMessages,
}: ConversationEvent): string {
  const who = actor?.name ?? t('events.somebody');
  const viaText = via && format(`events.via.${via}.${kind}`, { who });
  if (viaText) return viaText;
  if (kind === 'unsnoozed') return t('events.unsnoozed');
  if (kind === 'snoozed')
    return t('events.snoozed', { who, until: until ? formatClockTime(new Date(until), new Date()) : '' });
  if (kind === 'assigned') {
    return actor && actor.id === assignee?.id
      ? t('events.taken', { who })
      : t('events.assigned', { who, whom: assignee?.name ?? t('events.somebody') });
  }
  if (kind === 'merged' && mergedMessages) {
    const { messages } = mergedMessages;
    const merged = { subject: mergedMessages.subject || t('list.noSubject'), messages };
    return actor ? t('events.mergedIn', { who, ...merged }) : t('events.mergedByItself', merged);
  }
  if (kind === 'tagged' || kind === 'untagged') return t(`events.${kind}`, { who, tag: tag ?? '' });
  if (kind === 'disconnected' || kind === 'reconnected')
    return t(`events.${kind}`, { address: mailbox ?? '' });
  // A page older than the server does not know its newer events.
  return format(`events.${kind}`, { who }) ?? t('events.somethingElse');
}
