import { Button, Group, Text } from '@mantine/core';
import { IconDownload, IconFileDescription, IconLock, IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { InvitationAnswer } from './invitation-answer.tsx';
import { InvitationCard } from './invitation-card.tsx';
import { linkify } from './linkify.tsx';
import styles from './message-card.module.css';
import { MessageFrame } from './message-frame.tsx';

/** The server lists at most this many files of a message (server/src/inbound/parse/parse-message.ts). */
const maxListedFiles = 500;

/** The body of a message, after a note on what kind of message it is where that matters. */
export function MessageBody({ instanceId, message }: { instanceId: string; message: Message }) {
  const raw = `/api/instances/${instanceId}/messages/${message.id}/raw`;
  if (message.unreadable) {
    return (
      <BodyNotice
        icon={<IconFileDescription size={16} aria-hidden />}
        text={t('message.unreadable')}
        raw={raw}
      />
    );
  }
  if (message.reaction) {
    return (
      <p className={styles.reaction}>
        <span aria-hidden>{message.reaction}</span>{' '}
        {t('message.reacted', { name: message.from.name || message.from.address, emoji: message.reaction })}
      </p>
    );
  }
  const { protection, invitation } = message;
  const encrypted = protection?.endsWith('-encrypted');
  const hasContent = message.html !== null || message.text.trim() !== '';
  return (
    <>
      {protection && (
        <BodyNotice
          icon={encrypted ? <IconLock size={16} aria-hidden /> : <IconSignature size={16} aria-hidden />}
          text={t(`message.protection.${protection}`)}
          raw={encrypted ? raw : null}
        />
      )}
      {invitation && (
        <InvitationCard invitation={invitation}>
          {invitation.method === 'request' && message.direction === 'inbound' && (
            <InvitationAnswer instanceId={instanceId} messageId={message.id} />
          )}
        </InvitationCard>
      )}
      {(hasContent || !(encrypted || invitation)) && (
        <MessageText instanceId={instanceId} message={message} />
      )}
      {message.attachments.length >= maxListedFiles && (
        <BodyNotice
          icon={<IconFileDescription size={16} aria-hidden />}
          text={t('message.manyFiles')}
          raw={raw}
        />
      )}
    </>
  );
}

function BodyNotice({ icon, text, raw }: { icon: React.ReactNode; text: string; raw: string | null }) {
  return (
    <Group gap="xs" mb={6} wrap="nowrap" align="center">
      {icon}
      <Text size="sm" c="var(--text-muted)">
        {text}
      </Text>
      {raw && (
        <Button
          component="a"
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={12} />}
          href={raw}
          style={{ flexShrink: 0 }}
        >
          {t('message.saveRaw')}
        </Button>
      )}
    </Group>
  );
}

/** The text of a message; quoted history and signature are collapsed (R7). */
function MessageText({ instanceId, message }: { instanceId: string; message: Message }) {
  const [expanded, setExpanded] = useState(false);
  const { html, text, ownHtml, ownText } = message;
  const isFolded = html === null ? ownText !== null : ownHtml !== null;
  const shownHtml = isFolded && !expanded ? ownHtml : html;
  const shownText = isFolded && !expanded ? (ownText ?? text) : text;
  if (html === null && !text.trim()) return <Text c="var(--text-muted)">{t('message.noText')}</Text>;
  return (
    <>
      {shownHtml !== null ? (
        <MessageFrame key={String(expanded)} instanceId={instanceId} message={message} html={shownHtml} />
      ) : (
        <div className={styles.text}>{linkify(shownText)}</div>
      )}
      {isFolded && (
        <Button
          mt={6}
          size="compact-xs"
          variant="default"
          aria-expanded={expanded}
          onClick={() => setExpanded((shown) => !shown)}
        >
          {message.forwarded
            ? t(expanded ? 'message.forwardedOnly' : 'message.whole')
            : t(expanded ? 'message.hideQuoted' : 'message.quoted')}
        </Button>
      )}
    </>
  );
}
