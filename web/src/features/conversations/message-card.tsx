import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import type { Message } from '../../api/client.ts';
import { fileSize } from '../../ui/file-size.ts';
import { Initials } from '../../ui/initials.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/words.ts';
import { Delivery } from './delivery.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { MessageBody } from './message-body.tsx';
import styles from './message-card.module.css';
import { Reports } from './reports.tsx';

/** One message of the timeline. */
export function MessageCard({ instanceId, message }: { instanceId: string; message: Message }) {
  const { direction, from, author } = message;
  const name = (direction === 'note' ? author?.name : from.name) || from.name || from.address;
  const files = message.attachments.filter(
    ({ inline, contentId }) => !(inline && isShown(message, contentId)),
  );
  const base = `/api/instances/${instanceId}`;
  return (
    <article className={`${styles.card} ${styles[direction]}`} aria-label={words.message.frame(name)}>
      <Group gap={10} wrap="nowrap" align="flex-start">
        <Initials name={name} size={32} />
        <div className={styles.main}>
          <div className={styles.head}>
            <Tooltip label={from.address} openDelay={400} disabled={!from.address}>
              <Text span fw={600} size="sm">
                {name}
              </Text>
            </Tooltip>
            {direction === 'note' ? (
              <Text span size="xs" c="var(--amber)">
                {words.message.note}
              </Text>
            ) : (
              <Text span size="xs" c="var(--quiet)" className={styles.to}>
                {words.message.to} {listed(message.to)}
                {message.cc.length > 0 && ` · ${words.message.cc} ${listed(message.cc)}`}
                {message.bcc.length > 0 && ` · ${words.message.bcc} ${listed(message.bcc)}`}
              </Text>
            )}
            <Kind message={message} />
            <span className={styles.end}>
              <DeliveryState message={message} />
              <Text span size="xs" c="var(--quiet)">
                <Time at={message.sentAt} />
              </Text>
            </span>
          </div>
          <Reports reports={message.reports} />
          <Delivery instanceId={instanceId} message={message} />
          <MessageBody instanceId={instanceId} message={message} />
          {files.length > 0 && (
            <ul className={styles.files} aria-label={words.message.attachments}>
              {files.map((file) => (
                <li key={file.id}>
                  <a
                    className={styles.file}
                    href={`${base}/attachments/${file.id}?download=true`}
                    aria-label={words.message.download(`${file.filename} ${fileSize(file.size)}`)}
                    download={file.filename}
                  >
                    <IconPaperclip size={14} aria-hidden />
                    <span className={styles.filename}>{shownName(file)}</span>{' '}
                    <Text span size="xs" c="var(--quiet)" style={{ whiteSpace: 'nowrap' }}>
                      {fileSize(file.size)}
                    </Text>
                  </a>
                </li>
              ))}
            </ul>
          )}
        </div>
      </Group>
    </article>
  );
}

/** What a program wrote, and who writes here for the first time, say so. */
function Kind({ message: { kind, stranger } }: { message: Message }) {
  if (stranger) {
    return (
      <Tooltip label={words.message.strangerText} multiline maw={280}>
        <Badge size="sm" tt="none" className={styles.stranger}>
          {words.message.stranger}
        </Badge>
      </Tooltip>
    );
  }
  if (kind === 'ordinary' || kind === 'list') return null;
  return (
    <Badge size="sm" variant="default" tt="none" fw={500}>
      {words.message.kind[kind]}
    </Badge>
  );
}

function listed(people: Message['to']): string {
  return people.map(({ name, address }) => name || address).join(', ');
}

/** A signature is no file to open: it is called what it is. */
function shownName({ filename, mediaType }: Message['attachments'][number]): string {
  if (mediaType === 'application/pgp-signature') return words.message.signature.pgp;
  if (/pkcs7-signature$/.test(mediaType)) return words.message.signature.smime;
  return filename;
}

/** Pictures that the text itself shows are not listed again below it. */
function isShown({ html }: Message, contentId: string | null): boolean {
  return contentId !== null && (html ?? '').includes(contentId);
}
