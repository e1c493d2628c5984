import { Anchor } from '@mantine/core';
import type { ConversationEvent } from '../../../api/client.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';
import { useMergeSplit } from '../actions/use-merge-split.ts';
import styles from './timeline.module.css';

/** An event between the messages of a conversation; a merge and a split can be undone. */
export function TimelineEvent({
  instanceId,
  conversationId,
  event,
  undone,
}: {
  instanceId: string;
  conversationId: string;
  event: ConversationEvent;
  undone: boolean;
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
            {words.joining.undo}
          </Anchor>
        </>
      )}
    </p>
  );
}

function eventText({ kind, actor, assignee, until, tag, mailbox, cameIn }: ConversationEvent): string {
  const said = words.events;
  const who = actor?.name ?? said.somebody;
  if (kind === 'woken') return said.woken;
  if (kind === 'snoozed') return said.snoozed(who, until ? formatClockTime(new Date(until), new Date()) : '');
  if (kind === 'assigned') {
    return actor && actor.id === assignee?.id
      ? said.taken(who)
      : said.assigned(who, assignee?.name ?? said.somebody);
  }
  if (kind === 'merged' && cameIn)
    return said.mergedIn(who, cameIn.subject || words.list.noSubject, cameIn.messages);
  if (kind === 'tagged' || kind === 'untagged') return said[kind](who, tag ?? '');
  if (kind === 'disconnected' || kind === 'reconnected') return said[kind](mailbox ?? '');
  // A page older than the server does not know its newer events.
  return kind in said ? said[kind](who) : said.somethingElse;
}
