import { Button, Group, Text } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { hasFailed } from '../../../api/has-failed.ts';
import { attachmentText } from '../../../api/queries/messages.ts';
import { t } from '../../../locales/messages.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import styles from './attachments.module.css';
import { fileUrl, type PreviewFile, previewKind, type RenderMessage } from './preview-kind.ts';

/** The preview shows at most this many characters. */
const maxTextLength = 200_000;

/** Previews a file without a download; files in an attached message open in the same dialog. */
export default function AttachmentPreview({
  instanceId,
  file: opened,
  renderMessage,
  onClose,
}: {
  instanceId: string;
  file: PreviewFile;
  renderMessage: RenderMessage;
  onClose(): void;
}) {
  const [trail, setTrail] = useState([opened]);
  const file = trail.at(-1)!;
  const url = fileUrl(instanceId, file);
  const kind = previewKind(file);
  return (
    <Dialog
      onClose={onClose}
      size={kind === 'text' || kind === 'message' ? 'xl' : 'auto'}
      title={
        <Group gap="sm" wrap="nowrap">
          {trail.length > 1 && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconArrowLeft size={12} />}
              onClick={() => setTrail(trail.slice(0, -1))}
              style={{ flexShrink: 0 }}
            >
              {t('files.back')}
            </Button>
          )}
          <b className={styles.title}>{file.filename}</b>
          <Button
            component="a"
            href={fileUrl(instanceId, file, { download: true })}
            download={file.filename}
            size="compact-xs"
            variant="default"
            leftSection={<IconDownload size={12} />}
            style={{ flexShrink: 0 }}
          >
            {t('files.download')}
          </Button>
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {kind === 'picture' && <img className={styles.picture} src={url} alt={file.filename} />}
      {kind === 'pdf' && <iframe className={styles.pdf} src={url} title={file.filename} />}
      {kind === 'text' && <TextFile instanceId={instanceId} file={file} />}
      {kind === 'message' && (
        <Fragment key={file.path ?? ''}>
          {renderMessage(file, (inner) => setTrail([...trail, inner]))}
        </Fragment>
      )}
    </Dialog>
  );
}

function TextFile({ instanceId, file }: { instanceId: string; file: PreviewFile }) {
  const query = useQuery(attachmentText(instanceId, file.id, file.path ?? ''));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { text, truncated } = query.data;
  return (
    <>
      {(truncated || text.length > maxTextLength) && (
        <Text size="xs" c="var(--text-muted)" mb="xs">
          {t('files.tooLong')}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <pre className={styles.textFile} tabIndex={0}>
        {text.slice(0, maxTextLength)}
      </pre>
    </>
  );
}
