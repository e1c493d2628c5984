import { Button, Group, Text } from '@mantine/core';
import { IconDownload, IconFileDescription, IconLock, IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import { InvitationCard } from './invitation-card.tsx';
import { linkify } from './linkify.tsx';
import styles from './message-card.module.css';
import { MessageFrame } from './message-frame.tsx';

/** More files than this are not listed (server/src/inbound/read.ts). */
const mostFiles = 500;

/** What a message says: what it is first, where that is not plain, then its words. */
export function MessageBody({ instanceId, message }: { instanceId: string; message: Message }) {
  const raw = `/api/instances/${instanceId}/messages/${message.id}/raw`;
  if (message.unreadable) {
    return (
      <Notice
        icon={<IconFileDescription size={16} aria-hidden />}
        text={words.message.unreadable}
        raw={raw}
      />
    );
  }
  const { protection, invitation } = message;
  const encrypted = protection?.endsWith('-encrypted');
  const said = message.html !== null || message.text.trim() !== '';
  return (
    <>
      {protection && (
        <Notice
          icon={encrypted ? <IconLock size={16} aria-hidden /> : <IconSignature size={16} aria-hidden />}
          text={words.message.protection[protection]}
          raw={encrypted ? raw : null}
        />
      )}
      {invitation && <InvitationCard invitation={invitation} />}
      {(said || !(encrypted || invitation)) && <Words instanceId={instanceId} message={message} />}
      {message.attachments.length >= mostFiles && (
        <Notice
          icon={<IconFileDescription size={16} aria-hidden />}
          text={words.message.manyFiles}
          raw={raw}
        />
      )}
    </>
  );
}

function Notice({ icon, text, raw }: { icon: React.ReactNode; text: string; raw: string | null }) {
  return (
    <Group gap="xs" mb={6} wrap="nowrap" align="center">
      {icon}
      <Text size="sm" c="var(--quiet)">
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
          {words.message.saveRaw}
        </Button>
      )}
    </Group>
  );
}

/** The words of a message; quoted history and signature are folded, a click away (R7). */
function Words({ instanceId, message }: { instanceId: string; message: Message }) {
  const [whole, setWhole] = useState(false);
  const { html, text, ownHtml, ownText } = message;
  const folds = html === null ? ownText !== null : ownHtml !== null;
  const shownHtml = folds && !whole ? ownHtml : html;
  const shownText = folds && !whole ? (ownText ?? text) : text;
  if (html === null && !text.trim()) return <Text c="var(--quiet)">{words.message.noText}</Text>;
  return (
    <>
      {shownHtml !== null ? (
        <MessageFrame key={String(whole)} instanceId={instanceId} message={message} html={shownHtml} />
      ) : (
        <div className={styles.text}>{linkify(shownText)}</div>
      )}
      {folds && (
        <Button
          mt={6}
          size="compact-xs"
          variant="default"
          aria-expanded={whole}
          onClick={() => setWhole((shown) => !shown)}
        >
          {whole ? words.message.hideQuoted : words.message.quoted}
        </Button>
      )}
    </>
  );
}
