import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { Fragment, memo, useMemo } from 'react';
import type { ConversationEvent, ConversationPage, Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { useEarlierMessages } from '../actions/use-earlier-messages.ts';
import { ForwardOffer } from '../message/forward-offer.tsx';
import { MessageCard } from '../message/message-card.tsx';
import { isEvent, withEventRuns } from './event-runs.ts';
import styles from './timeline.module.css';
import { EventRun, TimelineEvent } from './timeline-event.tsx';
import { useAnnounceArrival } from './use-announce-arrival.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

/**
 * The messages and events of a conversation, oldest first. It opens at the newest; earlier messages are fetched
 * when the user scrolls up. A message that arrives while the user is further up is offered with a button.
 */
export const Timeline = memo(function Messages({
  instanceId,
  page,
  sentId,
}: {
  instanceId: string;
  page: ConversationPage;
  /** The message that the user sent last, which is scrolled to. */
  sentId: string | null;
}) {
  const { messages, events, next: earlier } = page;
  const conversationId = page.conversation.id;
  const items = useMemo(() => withEventRuns(mergeByTime(messages, events)), [messages, events]);
  const { mutate: fetchEarlier, isPending, isError } = useEarlierMessages(instanceId, conversationId);
  const newest = messages.at(-1)?.id;
  useAnnounceArrival(messages);
  const first = messages[0]?.id;
  const { scrollRef, hasNewBelow, scrollToEnd, leaveEnd, onScroll } = useTimelineScroll({
    first,
    newest,
    sentId,
    onNearStart: () => {
      if (earlier && !isPending && !isError) fetchEarlier(earlier);
    },
  });
  return (
    <div className={styles.container} data-print>
      <section
        ref={scrollRef}
        className={styles.scroll}
        data-print-whole
        aria-label={t('conversation.timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div className={styles.messages}>
          {earlier && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              className={styles.earlier}
              loading={isPending}
              onClick={() => {
                leaveEnd();
                fetchEarlier(earlier);
              }}
            >
              {t('earlier.show')}
            </Button>
          )}
          {items.map((item) =>
            Array.isArray(item) ? (
              <EventRun key={item[0]!.id} {...{ instanceId, conversationId }} events={item} />
            ) : isEvent(item) ? (
              <TimelineEvent
                key={item.id}
                instanceId={instanceId}
                conversationId={conversationId}
                event={item}
                undone={events.some((later) => later.otherId === item.otherId && later.at > item.at)}
              />
            ) : (
              <Fragment key={item.id}>
                <MessageCard
                  instanceId={instanceId}
                  message={item}
                  conversationId={conversationId}
                  canSplit={item.id !== first || earlier !== null}
                />
                {item.forwarded && <ForwardOffer instanceId={instanceId} message={item} page={page} />}
              </Fragment>
            ),
          )}
        </div>
      </section>
      {hasNewBelow && (
        <Button
          className={styles.newBelow}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={scrollToEnd}
        >
          {t('conversation.newMessage')}
        </Button>
      )}
    </div>
  );
});

/** Merges messages and events by time; each list is already sorted. */
function mergeByTime(messages: Message[], events: ConversationEvent[]): Array<Message | ConversationEvent> {
  const items: Array<Message | ConversationEvent> = [];
  let next = 0;
  for (const message of messages) {
    while (next < events.length && events[next]!.at < message.sentAt) items.push(events[next++]!);
    items.push(message);
  }
  return [...items, ...events.slice(next)];
}
