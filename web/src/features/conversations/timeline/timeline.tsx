import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ConversationEvent, ConversationPage, Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { MessageCard } from '../message/message-card.tsx';
import styles from './timeline.module.css';
import { TimelineEvent } from './timeline-event.tsx';
import { useEarlierMessages } from './use-earlier-messages.ts';

const bottomThreshold = 120;
/** So close to the beginning (px) the messages before it are fetched. */
const topThreshold = 400;

/**
 * The messages of a conversation, oldest first, and between them what was done with it. It opens at the
 * newest; earlier ones come as one scrolls up. A message that arrives while one reads further up does not
 * move what is read, but is offered below.
 */
export function Timeline({ instanceId, page }: { instanceId: string; page: ConversationPage }) {
  const { messages, events, earlier } = page;
  const conversationId = page.conversation.id;
  const scrollRef = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const [hasNewBelow, setHasNewBelow] = useState(false);
  const items = useMemo(() => mergeByTime(messages, events), [messages, events]);
  const { mutate: fetchEarlier, isPending, isError } = useEarlierMessages(instanceId, conversationId);
  const newest = messages.at(-1)?.id;
  const first = messages[0]?.id;
  const scrollToEnd = () => {
    const element = scrollRef.current;
    if (element) element.scrollTop = element.scrollHeight;
    setHasNewBelow(false);
  };
  useLayoutEffect(() => {
    if (atEnd.current) scrollToEnd();
    else setHasNewBelow(true);
  }, [newest]);
  // What is put in front must not move what is read.
  const previous = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    if (previous.current.first !== first && !atEnd.current) {
      const addedHeight = element.scrollHeight - previous.current.height;
      if (addedHeight > 0 && element.scrollTop < topThreshold) element.scrollTop += addedHeight;
    }
    previous.current = { first, height: element.scrollHeight };
  });
  // Frames find their height after they load: stay at the end while they do.
  useEffect(() => {
    const content = scrollRef.current?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(() => atEnd.current && scrollToEnd());
    observer.observe(content);
    return () => observer.disconnect();
  }, []);
  return (
    <div className={styles.place}>
      <section
        ref={scrollRef}
        className={styles.scroller}
        aria-label={t('conversation.timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < bottomThreshold;
          if (atEnd.current) setHasNewBelow(false);
          previous.current.height = scrollHeight;
          if (earlier && !atEnd.current && scrollTop < topThreshold && !isPending && !isError) {
            fetchEarlier(earlier);
          }
        }}
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
                atEnd.current = false;
                fetchEarlier(earlier);
              }}
            >
              {t('earlier.show')}
            </Button>
          )}
          {items.map((item) =>
            'kind' in item && 'actor' in item ? (
              <TimelineEvent
                key={item.id}
                instanceId={instanceId}
                conversationId={conversationId}
                event={item}
                undone={events.some((later) => later.otherId === item.otherId && later.at > item.at)}
              />
            ) : (
              <MessageCard
                key={item.id}
                instanceId={instanceId}
                message={item}
                splitConversationId={item.id !== first || earlier !== null ? conversationId : undefined}
              />
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
}

/** Messages and events by their time; each are in order already. */
function mergeByTime(messages: Message[], events: ConversationEvent[]): Array<Message | ConversationEvent> {
  const items: Array<Message | ConversationEvent> = [];
  let next = 0;
  for (const message of messages) {
    while (next < events.length && events[next]!.at < message.sentAt) items.push(events[next++]!);
    items.push(message);
  }
  return [...items, ...events.slice(next)];
}
