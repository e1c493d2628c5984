import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NameAndAddress } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { newestConversations } from '../../../api/queries/conversation-lists.ts';
import { mailboxPreview } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { SentPreview } from '../../../ui/sent-preview.tsx';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import styles from './mail-preview.module.css';
import type { MailboxSettingsValues } from './mailbox-settings-values.ts';

/** The mailbox, or the connection that will become one. */
export type PreviewSource = { mailboxId: string } | { connectionId: string };

/** A preview of the mail that customers receive with these settings, composed by the server. */
export function MailPreview({
  instanceId,
  source,
  settings,
  alias = null,
}: {
  instanceId: string;
  source: PreviewSource;
  settings: MailboxSettingsValues;
  /** The alias it is sent from, with its display name; null: the address itself. */
  alias?: { address: string; displayName: string } | null;
}) {
  const [previewWith, setPreviewWith] = useState<string>('latest');
  const [shown] = useDebouncedValue({ settings, alias }, 250);
  const query = useQuery({
    ...mailboxPreview(instanceId, {
      of: source,
      ...shown,
      conversationId: previewWith === 'example' ? null : previewWith,
      sampleHtml: `<p>${t('form.previewBody').replaceAll('\n', '<br>')}</p>`,
      question: t('form.previewEarlierBody'),
    }),
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  return (
    <section className={styles.preview} aria-label={t('form.preview')}>
      <Text size="sm" fw={600}>
        {t('form.preview')}
      </Text>
      {'mailboxId' in source && (
        <ConversationSelect
          instanceId={instanceId}
          mailboxId={source.mailboxId}
          value={previewWith}
          onChange={setPreviewWith}
        />
      )}
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !data ? (
        <LoadingState />
      ) : (
        <div className={styles.mail} aria-live="polite">
          <dl className={styles.head}>
            <dt>{t('form.from')}</dt>
            <dd>{formatAddress(data.from)}</dd>
            {data.replyTo && (
              <>
                <dt>{t('form.replyTo')}</dt>
                <dd>{formatAddress(data.replyTo)}</dd>
              </>
            )}
            <dt>{t('composer.to')}</dt>
            <dd>{formatAddress(data.to)}</dd>
            <dt>{t('form.subject')}</dt>
            <dd>{data.subject}</dd>
          </dl>
          {data.sent === null ? (
            <Text size="sm" c="var(--error)" role="alert">
              {t('form.previewFault', { why: data.error ?? '' })}
            </Text>
          ) : (
            <SentPreview instanceId={instanceId} sent={data.sent} title={t('form.previewFrame')} />
          )}
        </div>
      )}
    </section>
  );
}

/** The data of the preview: the latest conversation, sample data, or one of the newest conversations. */
function ConversationSelect({
  instanceId,
  mailboxId,
  value,
  onChange,
}: {
  instanceId: string;
  mailboxId: string;
  value: string;
  onChange(value: string): void;
}) {
  const newest = useQuery(newestConversations(instanceId, mailboxId)).data?.conversations ?? [];
  return (
    <Select
      size="xs"
      label={t('form.shownWith')}
      allowDeselect={false}
      value={value}
      onChange={(chosen) => onChange(chosen ?? 'latest')}
      data={[
        { value: 'latest', label: t('form.latest') },
        { value: 'example', label: t('form.example') },
        ...newest.map(({ id, subject, customer }) => ({
          value: id,
          label: `${customer.name}: ${subject || t('list.noSubject')}`,
        })),
      ]}
    />
  );
}

function formatAddress({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}
