import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsSplit2,
  IconCode,
  IconDots,
  IconDownload,
  IconEraser,
  IconTrash,
} from '@tabler/icons-react';
import { Suspense, useRef, useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { lazyPart } from '../../../locales/lazy.ts';
import { t } from '../../../locales/messages.ts';
import { useMergeSplit } from '../actions/use-merge-split.ts';
import { selectedText } from './selected-text.ts';

const RedactDialog = lazyPart(() => import('../redaction/redact-dialog.tsx'));
const DeleteContentDialog = lazyPart(() => import('../redaction/delete-content-dialog.tsx'));
const SourceDrawer = lazyPart(() => import('./source-drawer.tsx'));

type OpenedDialog = { dialog: 'redact'; passage: string } | { dialog: 'remove' | 'source' };

/** The menu of a message. */
export function MessageMenu({
  instanceId,
  message,
  name,
  splitConversationId,
}: {
  instanceId: string;
  message: Message;
  name: string;
  splitConversationId: string | undefined;
}) {
  const mergeSplit = useMergeSplit(instanceId, splitConversationId ?? '');
  const [opened, setOpened] = useState<OpenedDialog | null>(null);
  // Opening the menu may clear the text selection: remember it before.
  const selection = useRef('');
  const rememberSelection = (button: HTMLElement) => {
    selection.current = selectedText(button.closest('article')!);
  };
  const raw = message.origin === 'gmail';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={t('redaction.menu', { name })}
            onPointerDown={({ currentTarget }) => rememberSelection(currentTarget)}
            onKeyDown={({ currentTarget }) => rememberSelection(currentTarget)}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {splitConversationId && (
            <Menu.Item
              leftSection={<IconArrowsSplit2 size={16} />}
              onClick={() => mergeSplit.mutate({ splitFrom: message.id })}
            >
              {t('merging.split')}
            </Menu.Item>
          )}
          {!message.unreadable && (
            <Menu.Item
              leftSection={<IconEraser size={16} />}
              onClick={() => setOpened({ dialog: 'redact', passage: selection.current })}
            >
              {t('redaction.redact')}
            </Menu.Item>
          )}
          {raw && (
            <Menu.Item leftSection={<IconCode size={16} />} onClick={() => setOpened({ dialog: 'source' })}>
              {t('redaction.source')}
            </Menu.Item>
          )}
          {raw && (
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              component="a"
              href={`/api/instances/${instanceId}/messages/${message.id}/raw`}
            >
              {t('redaction.save')}
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--error)"
            leftSection={<IconTrash size={16} />}
            onClick={() => setOpened({ dialog: 'remove' })}
          >
            {t('redaction.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <MessageDialog
        instanceId={instanceId}
        messageId={message.id}
        opened={opened}
        onClose={() => setOpened(null)}
      />
    </>
  );
}

/** The dialog that was chosen in the menu; loaded when it is first opened. */
function MessageDialog({
  instanceId,
  messageId,
  opened,
  onClose,
}: {
  instanceId: string;
  messageId: string;
  opened: OpenedDialog | null;
  onClose(): void;
}) {
  return (
    <Suspense>
      {opened?.dialog === 'redact' && (
        <RedactDialog
          instanceId={instanceId}
          messageId={messageId}
          passage={opened.passage}
          onClose={onClose}
        />
      )}
      {opened?.dialog === 'remove' && (
        <DeleteContentDialog instanceId={instanceId} target={{ message: messageId }} onClose={onClose} />
      )}
      {opened?.dialog === 'source' && (
        <SourceDrawer instanceId={instanceId} messageId={messageId} onClose={onClose} />
      )}
    </Suspense>
  );
}
