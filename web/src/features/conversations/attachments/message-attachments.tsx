import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconEye, IconTrash } from '@tabler/icons-react';
import { Suspense, useMemo, useState } from 'react';
import type { Message } from '../../../api/client.ts';
import { lazyPart } from '../../../locales/lazy.ts';
import { t } from '../../../locales/messages.ts';
import styles from './attachments.module.css';
import { FileLink } from './file-link.tsx';
import { fileUrl, type MessageAttachment, previewKind, type RenderMessage } from './preview-kind.ts';
import { shownInline } from './shown-inline.ts';

const AttachmentPreview = lazyPart(() => import('./attachment-preview.tsx'));
const DeleteContentDialog = lazyPart(() => import('../redaction/delete-content-dialog.tsx'));

/** The files of a message, images as thumbnails; each can be previewed, downloaded and deleted. */
export function MessageAttachments({
  instanceId,
  message,
  renderMessage,
}: {
  instanceId: string;
  message: Message;
  renderMessage: RenderMessage;
}) {
  const [previewed, setPreviewed] = useState<MessageAttachment | null>(null);
  const [removing, setRemoving] = useState<MessageAttachment | null>(null);
  const files = useMemo(() => {
    const shown = shownInline(message.html, message.attachments);
    return message.attachments.filter((file) => !shown.has(file));
  }, [message.html, message.attachments]);
  if (files.length === 0) return null;
  const base = `/api/instances/${instanceId}`;
  return (
    <>
      <ul className={styles.files} aria-label={t('message.attachments')}>
        {files.map((file) => (
          <AttachmentItem
            key={file.id}
            instanceId={instanceId}
            file={file}
            onPreview={() => setPreviewed(file)}
            onRemove={() => setRemoving(file)}
          />
        ))}
      </ul>
      {files.length > 1 && (
        <Button
          component="a"
          href={`${base}/messages/${message.id}/attachments.zip`}
          size="compact-xs"
          variant="default"
          mt={8}
          leftSection={<IconDownload size={12} />}
        >
          {t('files.all')}
        </Button>
      )}
      <Suspense>
        {previewed && (
          <AttachmentPreview
            instanceId={instanceId}
            file={previewed}
            renderMessage={renderMessage}
            onClose={() => setPreviewed(null)}
          />
        )}
        {removing && (
          <DeleteContentDialog
            instanceId={instanceId}
            target={{ file: removing.id, filename: removing.filename }}
            onClose={() => setRemoving(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function AttachmentItem({
  instanceId,
  file,
  onPreview,
  onRemove,
}: {
  instanceId: string;
  file: MessageAttachment;
  onPreview(): void;
  onRemove(): void;
}) {
  const kind = previewKind(file);
  const name = displayName(file);
  return (
    <li className={styles.file}>
      <FileLink instanceId={instanceId} file={file} name={name} onPreview={onPreview} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('files.actions', { name })}>
            <IconDots size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {kind && (
            <Menu.Item leftSection={<IconEye size={16} />} onClick={onPreview}>
              {t('files.preview', { name })}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            component="a"
            href={fileUrl(instanceId, file, { download: true })}
            download={file.filename}
          >
            {t('files.download')}
          </Menu.Item>
          <Menu.Item color="var(--error)" leftSection={<IconTrash size={16} />} onClick={onRemove}>
            {t('redaction.removeFile', { name })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** A signature has a name of its own: its file name says nothing to most people. */
function displayName({ filename, mediaType }: MessageAttachment): string {
  if (mediaType === 'application/pgp-signature') return t('message.signature.pgp');
  if (/pkcs7-signature$/.test(mediaType)) return t('message.signature.smime');
  return filename;
}
