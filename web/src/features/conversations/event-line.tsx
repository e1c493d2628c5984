import type { ConversationEvent } from '../../api/client.ts';
import { clockTime } from '../../ui/short-time.ts';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/words.ts';
import styles from './timeline.module.css';

/** What somebody did with the conversation, quietly between its messages. */
export function EventLine({ event }: { event: ConversationEvent }) {
  return (
    <p className={styles.event}>
      {sentenceOf(event)} · <Time at={event.at} />
    </p>
  );
}

function sentenceOf({ kind, actor, assignee, until }: ConversationEvent): string {
  const said = words.events;
  const who = actor?.name ?? said.somebody;
  if (kind === 'woken') return said.woken;
  if (kind === 'snoozed') return said.snoozed(who, until ? clockTime(new Date(until), new Date()) : '');
  if (kind === 'assigned') {
    return actor && actor.id === assignee?.id
      ? said.taken(who)
      : said.assigned(who, assignee?.name ?? said.somebody);
  }
  return said[kind](who);
}
