import { Button, Group, Modal, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../locales/messages.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import styles from './attachments.module.css';
import { type MessageAttachment, previewKind } from './preview-kind.ts';

/** The preview shows at most this many characters. */
const maxTextLength = 200_000;

/** Previews a file without a download. */
export default function AttachmentPreview({
  instanceId,
  file,
  onClose,
}: {
  instanceId: string;
  file: MessageAttachment;
  onClose(): void;
}) {
  const url = `/api/instances/${instanceId}/attachments/${file.id}`;
  const kind = previewKind(file);
  return (
    <Modal
      opened
      onClose={onClose}
      size={kind === 'text' ? 'xl' : 'auto'}
      centered
      title={
        <Group gap="sm" wrap="nowrap">
          <b className={styles.title}>{file.filename}</b>
          <Button
            component="a"
            href={`${url}?download=true`}
            download={file.filename}
            size="compact-xs"
            variant="default"
            leftSection={<IconDownload size={12} />}
          >
            {t('files.download')}
          </Button>
        </Group>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {kind === 'picture' && <img className={styles.picture} src={url} alt={file.filename} />}
      {kind === 'pdf' && <iframe className={styles.pdf} src={url} title={file.filename} />}
      {kind === 'text' && <TextFile url={url} />}
    </Modal>
  );
}

function TextFile({ url }: { url: string }) {
  const query = useQuery({
    queryKey: ['attachment-text', url],
    queryFn: async () => {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    },
  });
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      {query.data.length > maxTextLength && (
        <Text size="xs" c="var(--text-muted)" mb="xs">
          {t('files.tooLong')}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <pre className={styles.textFile} tabIndex={0}>
        {query.data.slice(0, maxTextLength)}
      </pre>
    </>
  );
}
