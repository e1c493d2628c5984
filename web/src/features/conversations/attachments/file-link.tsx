import { Text } from '@mantine/core';
import { IconMail, IconPaperclip } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../../locales/messages.ts';
import { formatFileSize } from '../../../ui/format-file-size.ts';
import styles from './attachments.module.css';
import { fileUrl, type PreviewFile, previewKind } from './preview-kind.ts';

/**
 * The name and size of a file, with a thumbnail of an image. A message opens, and with `previewFirst` any file that has
 * a preview; other files are downloaded.
 */
export function FileLink({
  instanceId,
  file,
  name,
  onPreview,
  previewFirst = false,
}: {
  instanceId: string;
  file: PreviewFile;
  name: string;
  onPreview(): void;
  previewFirst?: boolean;
}) {
  const [isBroken, setIsBroken] = useState(false);
  const kind = previewKind(file);
  const size = formatFileSize(file.size);
  const label = (
    <>
      {kind === 'message' ? <IconMail size={14} aria-hidden /> : <IconPaperclip size={14} aria-hidden />}
      <span className={styles.filename}>{name}</span>{' '}
      <Text span size="xs" c="var(--text-muted)" style={{ whiteSpace: 'nowrap' }}>
        {size}
      </Text>
    </>
  );
  return (
    <>
      {kind === 'picture' && !isBroken && (
        <button
          type="button"
          className={styles.thumbnail}
          onClick={onPreview}
          aria-label={t('files.preview', { name })}
        >
          <img src={fileUrl(instanceId, file)} alt="" loading="lazy" onError={() => setIsBroken(true)} />
        </button>
      )}
      {kind === 'message' || (previewFirst && kind !== null) ? (
        <button
          type="button"
          className={styles.link}
          onClick={onPreview}
          aria-label={t('files.preview', { name: `${name} ${size}` })}
        >
          {label}
        </button>
      ) : (
        <a
          className={styles.link}
          href={fileUrl(instanceId, file, { download: true })}
          aria-label={t('message.download', { name: `${file.filename} ${size}` })}
          download={file.filename}
        >
          {label}
        </a>
      )}
    </>
  );
}
