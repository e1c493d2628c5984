import { CloseButton, Progress, Text } from '@mantine/core';
import { IconPaperclip, IconPhoto } from '@tabler/icons-react';
import type { Draft, DraftAttachment } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatFileSize } from '../../../ui/format-file-size.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import styles from '../styles/composer.module.css';
import type { UploadInProgress } from './use-attachments.ts';

/**
 * The forwarded message and the files of a draft, with the progress of uploads. Inline images are shown in the
 * text instead.
 */
export function DraftAttachments({
  attachments,
  uploading,
  forwarded,
  onRemove,
}: {
  attachments: DraftAttachment[];
  uploading: UploadInProgress[];
  forwarded: Draft['forwarded'];
  onRemove(attachment: DraftAttachment): void;
}) {
  const listed = attachments.filter(({ contentId }) => !contentId?.endsWith('@postroom'));
  return (
    <>
      {forwarded && <ForwardedMessage {...forwarded} />}
      {listed.length + uploading.length > 0 && (
        <AttachmentList attachments={listed} uploading={uploading} onRemove={onRemove} />
      )}
    </>
  );
}

function ForwardedMessage({ from, sentAt, snippet }: NonNullable<Draft['forwarded']>) {
  const when = formatClockTime(new Date(sentAt), new Date());
  return (
    <div className={styles.forwarded}>
      <b>{t('composer.forwarded')}</b> {t('composer.forwardedText', { who: from.name || from.address, when })}
      <div className={styles.snippet}>{snippet}</div>
    </div>
  );
}

function AttachmentList({
  attachments,
  uploading,
  onRemove,
}: {
  attachments: DraftAttachment[];
  uploading: UploadInProgress[];
  onRemove(attachment: DraftAttachment): void;
}) {
  return (
    <ul className={styles.files} aria-label={t('composer.attachments')}>
      {attachments.map((file) => (
        <li key={file.id} className={styles.file}>
          {file.mediaType.startsWith('image/') ? (
            <IconPhoto size={14} aria-hidden />
          ) : (
            <IconPaperclip size={14} aria-hidden />
          )}
          <span className={styles.filename} title={file.filename}>
            {file.filename}
          </span>
          <Text span size="xs" c="var(--text-muted)">
            {formatFileSize(file.size)}
          </Text>
          <CloseButton
            size="xs"
            aria-label={t('composer.remove', { name: file.filename })}
            onClick={() => onRemove(file)}
          />
        </li>
      ))}
      {uploading.map(({ id, filename, progress, cancel }) => (
        <li key={id} className={styles.file}>
          <IconPaperclip size={14} aria-hidden />
          <span className={styles.filename}>{filename}</span>
          <Progress
            value={progress * 100}
            w={60}
            size="sm"
            aria-label={t('composer.uploading', { name: filename })}
          />
          <CloseButton size="xs" aria-label={t('composer.remove', { name: filename })} onClick={cancel} />
        </li>
      ))}
    </ul>
  );
}
