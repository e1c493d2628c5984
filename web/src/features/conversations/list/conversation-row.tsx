import { Badge } from '@mantine/core';
import { IconCheck, IconClockHour4, IconPaperclip, IconUser } from '@tabler/icons-react';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { type MouseEvent, memo } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatDate } from '../../../ui/format.ts';
import { formatDuration } from '../../../ui/format-duration.ts';
import { formatShortTime } from '../../../ui/format-short-time.ts';
import { InitialsAvatar } from '../../../ui/initials-avatar.tsx';
import { TagChip } from '../../../ui/tag-chip.tsx';
import styles from './list.module.css';
import { conversationLink, type ListRoute } from './list-route.ts';

/** A row of a conversation list; a click on the avatar selects it. */
export const ConversationRow = memo(function Row({
  row,
  userId,
  listRoute,
  now,
  active,
  cursor,
  selected,
  tabStop,
  onSelect,
}: {
  row: ListRow;
  userId: string;
  listRoute: ListRoute;
  now: Date;
  active: boolean;
  cursor: boolean;
  selected: boolean;
  /** Whether Tab reaches this row: one of the list. */
  tabStop: boolean;
  /** Must be a stable function, so that a row renders only when it has changed. */
  onSelect(id: string, event: MouseEvent): void;
}) {
  const navigate = useNavigate();
  const link = conversationLink(listRoute, row.id);
  // A Link of the router would compute its address again whenever any page is opened, in each row.
  const { href } = useRouter().buildLocation(link as never);
  const name = row.customer.name || row.customer.address;
  const classes = [
    styles.row,
    active && styles.active,
    cursor && styles.cursor,
    selected && styles.selected,
    row.unread && styles.unread,
  ];
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <button
        type="button"
        className={styles.selectButton}
        aria-pressed={selected}
        aria-label={t('selection.select', { name, subject: row.subject })}
        tabIndex={-1}
        onClick={(event) => onSelect(row.id, event)}
      />
      <span className={styles.avatar}>
        {selected ? <IconCheck size={18} aria-hidden /> : <InitialsAvatar name={name} size={32} />}
      </span>
      <a
        href={href}
        className={styles.link}
        aria-current={active ? 'page' : undefined}
        data-row={row.id}
        tabIndex={tabStop ? 0 : -1}
        onClick={(event) => {
          // The browser opens a tab or a window with the other keys.
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          if (event.shiftKey) onSelect(row.id, event);
          else void navigate(link);
        }}
      >
        {row.unread && <span data-colored className={styles.dot} role="img" aria-label={t('list.unread')} />}
        <div className={styles.line}>
          <span className={styles.name} dir="auto">
            {name}
          </span>
          <time className={styles.time} dateTime={row.lastMessageAt} title={fullDate(row.lastMessageAt)}>
            {formatShortTime(new Date(row.lastMessageAt), now)}
          </time>
          {row.assignee && (
            <span className={styles.assignee} title={t('list.assigned', { name: row.assignee.name })}>
              <InitialsAvatar name={row.assignee.name} size={18} />
            </span>
          )}
        </div>
        <div className={styles.words} dir="auto">
          <span className={styles.subject}>
            <Highlighted
              pieces={row.hit?.subject}
              text={row.newSubject || row.subject || t('list.noSubject')}
            />
            {row.newSubject && !row.hit && <span className={styles.firstSubject}> · {row.subject}</span>}
          </span>
          <Badges {...{ row, now }} />
          <span className={styles.snippet}>
            {row.hit?.files.length ? (
              <>
                <IconPaperclip size={12} aria-hidden /> <Highlighted pieces={row.hit.files} text="" />
              </>
            ) : row.hit?.person.length ? (
              <>
                <IconUser size={12} aria-hidden /> <Highlighted pieces={row.hit.person} text="" />
              </>
            ) : (
              <>
                {!row.hit && lastAuthorLabel(row, userId)}
                <Highlighted pieces={row.hit?.text} text={row.snippet} />
              </>
            )}
          </span>
        </div>
      </a>
    </div>
  );
});

/** Who wrote the newest message, if it was one of us. */
function lastAuthorLabel({ lastAuthor, lastDirection }: ListRow, userId: string): string {
  if (!lastAuthor) return lastDirection === 'outbound' ? t('list.inGmail') : '';
  return lastAuthor.id === userId ? t('list.you') : t('list.lastAuthor', { name: lastAuthor.name });
}

/** Whether it is quiet, two tags, or one and how many more, and for how long the customer has waited. */
function Badges({ row: { tags, waitingSince, quietFor }, now }: { row: ListRow; now: Date }) {
  const shown = tags.length > 2 ? tags.slice(0, 1) : tags;
  return (
    <span className={styles.badges}>
      {quietFor !== null && (
        <Badge size="xs" variant="default" tt="none" fw={500} title={t('list.quiet', { address: quietFor })}>
          {t('views.quiet')}
        </Badge>
      )}
      {shown.map((tag) => (
        <TagChip key={tag.id} tag={tag} />
      ))}
      {tags.length > 2 && <span className={styles.more}>+{tags.length - 1}</span>}
      {waitingSince && isLongWait(waitingSince, now) && (
        <span className={styles.waiting} title={t('list.waiting', { since: fullDate(waitingSince) })}>
          <IconClockHour4 size={12} aria-hidden />
          {formatDuration(new Date(waitingSince), now)}
        </span>
      )}
    </span>
  );
}

function Highlighted({
  pieces,
  text,
}: {
  pieces: Array<{ text: string; hit: boolean }> | undefined;
  text: string;
}) {
  if (!pieces || pieces.length === 0) return text;
  return pieces.map((piece, at) => (piece.hit ? <mark key={at}>{piece.text}</mark> : piece.text));
}

/** Shorter waits, under ten minutes, are not shown. */
function isLongWait(since: string, now: Date): boolean {
  return now.getTime() - Date.parse(since) >= 10 * 60_000;
}

function fullDate(at: string): string {
  return formatDate(new Date(at), { dateStyle: 'full', timeStyle: 'short' });
}
