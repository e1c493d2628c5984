import { Badge, Group, Text } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { Deferred } from '../../../ui/deferred.tsx';
import { Hint } from '../../../ui/hint.tsx';
import { InitialsAvatar } from '../../../ui/initials-avatar.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { RenderWhenVisible } from '../../../ui/render-when-visible.tsx';
import { MessageAttachments } from '../attachments/message-attachments.tsx';
import { DeliveryNotice } from '../delivery/delivery-notice.tsx';
import { DeliveryStateBadge } from '../delivery/delivery-state-badge.tsx';
import { AttachedMessageView } from './attached-message.tsx';
import { DeliveryReports } from './delivery-reports.tsx';
import { ForwardedNote, forwardedName, withForwardedWords } from './forwarded-note.tsx';
import { MessageBody } from './message-body.tsx';
import styles from './message-card.module.css';
import { MessageMenu } from './message-menu.tsx';
import { RedactionList } from './redaction-list.tsx';
import { SenderLine, senderName } from './sender-line.tsx';

/** One message of the timeline. */
export function MessageCard({
  instanceId,
  message,
  conversationId,
  canSplit = false,
}: {
  instanceId: string;
  message: Message;
  conversationId: string;
  /** Whether the conversation can be split at this message. */
  canSplit?: boolean;
}) {
  const { direction, forwarded } = message;
  const name = forwarded ? forwardedName(forwarded) : senderName(message);
  const shown = withForwardedWords(message);
  return (
    <article className={`${styles.card} ${styles[direction]}`} aria-label={t('message.frame', { name })}>
      <Group gap={10} wrap="nowrap" align="flex-start">
        <InitialsAvatar name={name} size={32} kind={isAddress(message) ? 'address' : 'person'} />
        <div className={styles.main}>
          <div className={styles.header}>
            {forwarded ? (
              <Hint label={forwarded.from.address} delay={400}>
                <Text span fw={600} size="sm" dir="auto">
                  {name}
                </Text>
              </Hint>
            ) : (
              <SenderLine message={message} />
            )}
            {direction === 'note' ? (
              <Text span size="xs" c="var(--warning)">
                {t('message.note')}
              </Text>
            ) : (
              <Text span size="xs" c="var(--text-muted)" className={styles.to} dir="auto">
                {t('message.to')} {listed(message.to)}
                {message.cc.length > 0 && ` · ${t('message.cc')} ${listed(message.cc)}`}
                {message.bcc.length > 0 && ` · ${t('message.bcc')} ${listed(message.bcc)}`}
              </Text>
            )}
            <KindBadge message={message} />
            <span className={styles.meta}>
              <DeliveryStateBadge message={message} />
              <Text span size="xs" c="var(--text-muted)">
                <RelativeTime at={message.sentAt} />
              </Text>
              {!message.deleted && (
                <Deferred placeholder={<span className={styles.menuSpace} />}>
                  <MessageMenu
                    instanceId={instanceId}
                    message={message}
                    name={name}
                    splitConversationId={canSplit ? conversationId : undefined}
                  />
                </Deferred>
              )}
            </span>
          </div>
          {message.hasNewSubject && !message.deleted && (
            <Text size="sm" fw={600} className={styles.subject} dir="auto">
              {t('message.subject', { subject: message.subject })}
            </Text>
          )}
          {forwarded && <ForwardedNote forwarded={forwarded} colleague={senderName(message)} />}
          <DeliveryReports reports={message.reports} />
          <DeliveryNotice {...{ instanceId, conversationId, message }} />
          {message.deleted ? (
            <Text size="sm" c="var(--text-muted)" fs="italic">
              {t('redaction.deleted')}
            </Text>
          ) : message.html === null ? (
            <MessageBody instanceId={instanceId} message={shown} />
          ) : (
            <RenderWhenVisible height={60}>
              <MessageBody instanceId={instanceId} message={shown} />
            </RenderWhenVisible>
          )}
          <MessageAttachments
            instanceId={instanceId}
            message={message}
            renderMessage={(file, onOpen) => (
              <AttachedMessageView instanceId={instanceId} file={file} onOpen={onOpen} />
            )}
          />
          <RedactionList message={message} />
        </div>
      </Group>
    </article>
  );
}

/** Marks automatic messages and new participants. */
function KindBadge({ message: { kind, fromNewParticipant } }: { message: Message }) {
  if (fromNewParticipant) {
    return (
      <Hint label={t('message.newParticipantText')} multiline maw={280}>
        <Badge size="sm" tt="none" className={styles.warning}>
          {t('message.newParticipant')}
        </Badge>
      </Hint>
    );
  }
  if (kind === 'ordinary' || kind === 'list') return null;
  return (
    <Badge size="sm" variant="default" tt="none" fw={500}>
      {t(`message.kind.${kind}`)}
    </Badge>
  );
}

/** Whether it was written in Gmail with one of our addresses, so that no person is known. */
function isAddress({ direction, author, forwarded }: Message): boolean {
  return direction === 'outbound' && author === null && !forwarded;
}

function listed(people: Message['to']): string {
  return people.map(({ name, address }) => name || address).join(', ');
}
