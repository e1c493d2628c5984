import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import { MessageCard } from './message-card.tsx';
import styles from './timeline.module.css';

const nearEnd = 120;

/**
 * The messages of a conversation, oldest first. It opens at the newest; a message that arrives while
 * one reads further up does not move what is read, but is offered below.
 */
export function Timeline({ instanceId, messages }: { instanceId: string; messages: Message[] }) {
  const scroller = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const [newBelow, setNewBelow] = useState(false);
  const newest = messages.at(-1)?.id;
  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    setNewBelow(false);
  };
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setNewBelow(true);
  }, [newest]);
  // Frames find their height after they load: stay at the end while they do.
  useLayoutEffect(() => {
    const content = scroller.current?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    observer.observe(content);
    return () => observer.disconnect();
  });
  return (
    <div className={styles.place}>
      <section
        ref={scroller}
        className={styles.scroller}
        aria-label={words.conversation.timeline}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
          if (atEnd.current) setNewBelow(false);
        }}
      >
        <div className={styles.messages}>
          {messages.map((message) => (
            <MessageCard key={message.id} instanceId={instanceId} message={message} />
          ))}
        </div>
      </section>
      {newBelow && (
        <Button
          className={styles.newBelow}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={toEnd}
        >
          {words.conversation.newMessage}
        </Button>
      )}
    </div>
  );
}
