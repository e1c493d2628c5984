import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import type { Message } from '../../api/client.ts';
import { Initials } from '../../ui/initials.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/words.ts';
import { fileSize } from './file-size.ts';
import { HeldQuestion } from './held-question.tsx';
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
          {asksWhetherToSend(message) && <HeldQuestion instanceId={instanceId} message={message} />}
          {message.delivery?.sentence && message.delivery.state !== 'sent' && !asksWhetherToSend(message) && (
            <Text size="xs" c={message.delivery.state === 'failed' ? 'var(--red)' : 'var(--amber)'} mb={6}>
              {message.delivery.sentence} {message.delivery.remedy}
            </Text>
          )}
          <Reports reports={message.reports} />
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

function asksWhetherToSend({ delivery }: Message): boolean {
  return delivery?.state === 'held' && delivery.code === 'held-over-a-day';
}

/** Of what did not leave; Mantine's own light yellow is too faint to read. */
const colors = {
  failed: { ink: 'var(--red)', ground: 'var(--red-ground)' },
  held: { ink: 'var(--amber)', ground: 'var(--amber-ground)' },
  cancelled: { ink: 'var(--quiet)', ground: 'var(--hover)' },
};

function DeliveryState({ message }: { message: Message }) {
  if (message.direction !== 'outbound') return null;
  if (!message.delivery) {
    return message.origin === 'gmail' ? (
      <Text span size="xs" c="var(--quiet)">
        {words.message.sentFromGmail}
      </Text>
    ) : null;
  }
  const { state } = message.delivery;
  if (state === 'sent' && reachedNobody(message)) {
    return (
      <Badge size="sm" variant="light" color="red" tt="none">
        {words.delivery.undelivered}
      </Badge>
    );
  }
  if (state === 'sent' || state === 'queued' || state === 'sending') {
    return (
      <Text span size="xs" c="var(--quiet)">
        {words.delivery[state]}
      </Text>
    );
  }
  return (
    <Badge size="sm" tt="none" c={colors[state].ink} bg={colors[state].ground}>
      {words.delivery[state]}
    </Badge>
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

function reachedNobody({ to, cc, bcc, reports }: Message): boolean {
  const failed = reports.filter(({ kind }) => kind === 'failed').length;
  return failed > 0 && failed >= to.length + cc.length + bcc.length;
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
