import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsSplit2,
  IconCode,
  IconDots,
  IconDownload,
  IconEraser,
  IconTrash,
} from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import { useJoining } from '../actions/use-merge-split.ts';
import { selectedText } from './selected-text.ts';

const RedactDialog = lazy(() => import('../redaction/redact-dialog.tsx'));
const DeleteContent = lazy(() => import('../redaction/delete-content-dialog.tsx'));
const SourceDrawer = lazy(() => import('./source-drawer.tsx'));

type Opened = { what: 'redact'; passage: string } | { what: 'remove' | 'source' };

/** What can be done with one message. */
export function MessageMenu({
  instanceId,
  message,
  name,
  splits,
}: {
  instanceId: string;
  message: Message;
  name: string;
  splits: string | undefined;
}) {
  const joining = useJoining(instanceId, splits ?? '');
  const [opened, setOpened] = useState<Opened | null>(null);
  // Opening a menu may take the marking away: it is remembered before.
  const marked = useRef('');
  const said = words.redaction;
  const remember = (button: HTMLElement) => {
    marked.current = selectedText(button.closest('article')!);
  };
  const close = () => setOpened(null);
  const raw = message.origin === 'gmail';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={said.menu(name)}
            onPointerDown={({ currentTarget }) => remember(currentTarget)}
            onKeyDown={({ currentTarget }) => remember(currentTarget)}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {splits && (
            <Menu.Item
              leftSection={<IconArrowsSplit2 size={16} />}
              onClick={() => joining.mutate({ splitFrom: message.id })}
            >
              {words.joining.split}
            </Menu.Item>
          )}
          {!message.unreadable && (
            <Menu.Item
              leftSection={<IconEraser size={16} />}
              onClick={() => setOpened({ what: 'redact', passage: marked.current })}
            >
              {said.redact}
            </Menu.Item>
          )}
          {raw && (
            <Menu.Item leftSection={<IconCode size={16} />} onClick={() => setOpened({ what: 'source' })}>
              {said.source}
            </Menu.Item>
          )}
          {raw && (
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              component="a"
              href={`/api/instances/${instanceId}/messages/${message.id}/raw`}
            >
              {said.save}
            </Menu.Item>
          )}
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => setOpened({ what: 'remove' })}
          >
            {said.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {opened?.what === 'redact' && (
          <RedactDialog
            instanceId={instanceId}
            messageId={message.id}
            passage={opened.passage}
            close={close}
          />
        )}
        {opened?.what === 'remove' && (
          <DeleteContent instanceId={instanceId} target={{ message: message.id }} onClose={close} />
        )}
        {opened?.what === 'source' && (
          <SourceDrawer instanceId={instanceId} messageId={message.id} close={close} />
        )}
      </Suspense>
    </>
  );
}
