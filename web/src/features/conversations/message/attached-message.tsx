import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { NameAndAddress } from '../../../api/client.ts';
import { attachedMessage } from '../../../api/queries/messages.ts';
import { t } from '../../../locales/messages.ts';
import { formatDate } from '../../../ui/format.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import styles from '../attachments/attachments.module.css';
import { FileLink } from '../attachments/file-link.tsx';
import { fileUrl, type PreviewFile } from '../attachments/preview-kind.ts';
import { shownInline } from '../attachments/shown-inline.ts';
import { linkify } from './linkify.tsx';
import { HtmlFrame } from './message-frame.tsx';

/** A message that is attached to another one: its fields, its text and its own files. */
export function AttachedMessageView({
  instanceId,
  file,
  onOpen,
}: {
  instanceId: string;
  file: PreviewFile;
  onOpen(file: PreviewFile): void;
}) {
  const { id, path } = file;
  const query = useQuery(attachedMessage(instanceId, id, path ?? ''));
  const message = query.data;
  const files = useMemo(
    () =>
      (message?.attachments ?? []).map((each, index) => ({
        ...each,
        id,
        path: path ? `${path}.${index}` : String(index),
      })),
    [message, id, path],
  );
  const shown = useMemo(() => shownInline(message?.html ?? null, files), [message, files]);
  const inlineImages = useMemo(
    () =>
      new Map(files.flatMap((each) => (each.contentId ? [[each.contentId, fileUrl(instanceId, each)]] : []))),
    [files, instanceId],
  );
  if (query.isPending) return <LoadingState />;
  if (!message) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const listed = files.filter((each) => !shown.has(each));
  return (
    <>
      <dl className={styles.messageFields}>
        <Field name={t('files.from')} value={message.from ? formatPerson(message.from) : ''} />
        <Field name={t('files.to')} value={message.to.map(formatPerson).join(', ')} />
        <Field name={t('files.cc')} value={message.cc.map(formatPerson).join(', ')} />
        <Field
          name={t('files.date')}
          value={
            message.date ? formatDate(new Date(message.date), { dateStyle: 'full', timeStyle: 'short' }) : ''
          }
        />
        <Field name={t('files.subject')} value={message.subject} />
      </dl>
      {message.html !== null ? (
        <HtmlFrame title={file.filename} html={message.html} inlineImages={inlineImages} />
      ) : message.text.trim() ? (
        <div className={styles.messageText}>{linkify(message.text)}</div>
      ) : (
        <Text c="var(--text-muted)">{t('message.noText')}</Text>
      )}
      {listed.length > 0 && (
        <ul className={styles.files} aria-label={t('message.attachments')}>
          {listed.map((each) => (
            <li key={each.path} className={styles.file}>
              <FileLink
                instanceId={instanceId}
                file={each}
                name={each.filename}
                onPreview={() => onOpen(each)}
                previewFirst
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Field({ name, value }: { name: string; value: string }) {
  if (!value) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function formatPerson({ name, address }: NameAndAddress): string {
  return name && address ? `${name} <${address}>` : name || address;
}
