import { SegmentedControl, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type NameAndAddress, type TemplatePreview } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import { PreviewFrame } from './preview-frame.tsx';
import styles from './template-editor.module.css';

type Shown = 'desktop' | 'phone' | 'text';
/** Select has no null among its values: the example is this one. */
const example = 'example';

/** What a customer would get, with the data of a conversation, on a desktop and on a phone. */
export function PreviewPane({
  instanceId,
  preview,
  conversationId,
  choose,
}: {
  instanceId: string;
  preview: TemplatePreview | undefined;
  conversationId: string | null;
  choose(conversationId: string | null): void;
}) {
  const [shown, setShown] = useState<Shown>('desktop');
  const conversations = useConversations(instanceId);
  return (
    <section className={styles.preview} aria-label={words.templates.preview}>
      <div className={styles.tools}>
        <Select
          size="xs"
          className={styles.picker}
          aria-label={words.templates.previewWith}
          searchable
          allowDeselect={false}
          maxDropdownHeight={300}
          nothingFoundMessage={words.templates.noConversation}
          data={[
            { value: example, label: words.templates.example },
            ...conversations.map(({ id, subject, customer }) => ({
              value: id,
              label: words.templates.conversationOf(subject, customer.name || customer.address),
            })),
          ]}
          value={conversationId ?? example}
          onChange={(value) => choose(value === example ? null : value)}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.templates.width}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={(['desktop', 'phone', 'text'] as const).map((value) => ({
            value,
            label: words.templates[value],
          }))}
        />
      </div>
      {preview && (
        <>
          <dl className={styles.head}>
            <dt>{words.templates.from}</dt>
            <dd>{preview.from ? written(preview.from) : words.templates.noAddress}</dd>
            <dt>{words.templates.to}</dt>
            <dd>{written(preview.to)}</dd>
            <dt>{words.templates.subject}</dt>
            <dd>{preview.subject}</dd>
          </dl>
          <div className={styles.paper}>
            {preview.html === null ? (
              <Text c="var(--quiet)" p="lg" ta="center">
                {words.templates.cannotShow}
              </Text>
            ) : shown === 'text' ? (
              <pre className={styles.text}>{preview.text}</pre>
            ) : (
              <PreviewFrame html={preview.html} device={shown} title={words.templates.preview} />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function written({ name, address }: NameAndAddress): string {
  return name ? `${name} <${address}>` : address;
}

/** The newest conversations, open and done. */
function useConversations(instanceId: string) {
  const ask = (view: 'open' | 'done') => ({
    queryKey: [instanceId, 'conversations', 'of-previews', view],
    queryFn: () =>
      answer(
        api.GET('/api/instances/{instanceId}/conversations', {
          params: { path: { instanceId }, query: { view, limit: 50 } },
        }),
      ),
  });
  const open = useQuery(ask('open'));
  const done = useQuery(ask('done'));
  return [...(open.data?.conversations ?? []), ...(done.data?.conversations ?? [])];
}
