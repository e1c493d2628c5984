import { type ComboboxItem, Select, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { contains } from '../../../../locales/fold-letters.ts';
import { api, type NameAndAddress, type TemplatePreview, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProgramPreview } from './program-preview.tsx';
import styles from './template-editor.module.css';
import type { TemplateContent } from './template-source.ts';

/** The value of the sample data: a Mantine Select has no null among its values. */
const example = 'example';

/** The mail a customer would receive, with the data of a conversation. */
export function PreviewPane({
  instanceId,
  content,
  preview,
  conversationId,
  onSelect,
}: {
  instanceId: string;
  content: TemplateContent;
  preview: TemplatePreview | undefined;
  conversationId: string | null;
  onSelect(conversationId: string | null): void;
}) {
  return (
    <section className={styles.preview} aria-label={t('templates.preview')}>
      <div className={styles.tools}>
        <ConversationPicker {...{ instanceId, conversationId, onSelect }} />
      </div>
      {preview && (
        <>
          <dl className={styles.header}>
            <dt>{t('templates.from')}</dt>
            <dd>{preview.from ? formatAddress(preview.from) : t('templates.noAddress')}</dd>
            <dt>{t('templates.to')}</dt>
            <dd>{formatAddress(preview.to)}</dd>
            <dt>{t('templates.subject')}</dt>
            <dd>{preview.subject}</dd>
          </dl>
          <div className={styles.previewPage}>
            {preview.sent === null ? (
              <Text c="var(--text-muted)" p="lg" ta="center">
                {t('templates.cannotShow')}
              </Text>
            ) : (
              <ProgramPreview {...{ instanceId, content, conversationId }} sent={preview.sent} />
            )}
          </div>
        </>
      )}
    </section>
  );
}

/** Chooses the conversation whose data fills the preview; null is the sample data. */
function ConversationPicker({
  instanceId,
  conversationId,
  onSelect,
}: {
  instanceId: string;
  conversationId: string | null;
  onSelect(conversationId: string | null): void;
}) {
  const conversations = useConversations(instanceId);
  const [link, setLink] = useState<string | null>(null);
  const listed = (id: string | null) => conversations.some((one) => one.id === id);
  const linkedId = [link, conversationId].find((id) => id !== null && !listed(id)) ?? null;
  return (
    <Select
      size="xs"
      className={styles.picker}
      aria-label={t('templates.previewWith')}
      searchable
      allowDeselect={false}
      maxDropdownHeight={300}
      nothingFoundMessage={t('templates.noConversation')}
      data={[
        { value: example, label: t('templates.example') },
        ...(linkedId ? [{ value: linkedId, label: t('templates.linked', { id: linkedId }) }] : []),
        ...conversations.map(({ id, subject, customer }) => ({
          value: id,
          label: t('templates.conversationOf', {
            subject: subject || t('list.noSubject'),
            customer: customer.name || customer.address,
          }),
        })),
      ]}
      onSearchChange={(text) => setLink(conversationIdIn(text))}
      filter={({ options, search }) => {
        const id = conversationIdIn(search);
        return (options as ComboboxItem[]).filter(({ value, label }) =>
          id ? value === id : contains(label, search.trim()),
        );
      }}
      value={conversationId ?? example}
      onChange={(value) => onSelect(value === example ? null : value)}
    />
  );
}

function formatAddress({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}

/** The id in a link to a conversation: conversations older than those listed are chosen by link. */
function conversationIdIn(text: string): string | null {
  return /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!.*[0-9a-f]{8}-)/i.exec(text)?.[0] ?? null;
}

/** The newest conversations of each status. */
function useConversations(instanceId: string) {
  const queries = useQueries({
    queries: (['open', 'snoozed', 'done'] as const).map((view) => ({
      queryKey: [instanceId, 'template-preview-conversations', view],
      queryFn: () =>
        unwrapResponse(
          api.GET('/api/instances/{instanceId}/conversations', {
            params: { path: { instanceId }, query: { view, limit: 100 } },
          }),
        ),
    })),
  });
  return queries.flatMap(({ data }) => data?.conversations ?? []);
}
