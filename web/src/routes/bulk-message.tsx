import { Button, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import type { BulkMessage } from '../api/client.ts';
import { senders } from '../api/queries/mailboxes.ts';
import { BulkProgress } from '../features/bulk/bulk-progress.tsx';
import { bulkMessage, useBulkMessage } from '../features/bulk/queries.ts';
import { RecipientsForm } from '../features/bulk/recipients-form.tsx';
import { ReviewAndSend } from '../features/bulk/review-and-send.tsx';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { type SendFrom, senderOf, senderOptions, senderValue } from '../ui/sender-options.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

const Editor = lazyPart(() =>
  import('../features/composer/editor/editor.tsx').then((module) => ({ default: module.Editor })),
);

/** One bulk message: its editor and review until it is started, then its progress. */
export default function BulkMessagePage() {
  const { instance } = useAppContext();
  const { bulkId } = useParams({ strict: false }) as { bulkId: string };
  const query = useQuery({ ...bulkMessage(instance.id, bulkId), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  if (query.isPending) return <LoadingState />;
  const problem = query.error as { status?: number } | null;
  if (query.isError && problem?.status !== 404) {
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  }
  const bulk = query.data?.bulkMessage ?? null;
  return <BulkMessageContent key={bulkId} bulkId={bulkId} bulk={bulk} />;
}

function BulkMessageContent({ bulkId, bulk }: { bulkId: string; bulk: BulkMessage | null }) {
  const { instance } = useAppContext();
  const change = useBulkMessage(instance.id, bulkId);
  const [unsaved, setUnsaved] = useState(false);
  if (bulk && bulk.state !== 'draft') {
    return (
      <Page title={bulk.subject} places={[{ name: t('bulk.title'), to: 'bulk' }]}>
        <BulkProgress instanceId={instance.id} slug={instance.slug} bulk={bulk} change={change} />
      </Page>
    );
  }
  return (
    <Page title={bulk?.subject || t('bulk.new')} places={[{ name: t('bulk.title'), to: 'bulk' }]}>
      <Stack>
        <BulkMessageForm bulk={bulk} change={change} onUnsaved={setUnsaved} />
        {bulk && <RecipientsForm instanceId={instance.id} bulk={bulk} change={change} />}
        {bulk && <ReviewAndSend instanceId={instance.id} bulk={bulk} unsaved={unsaved} change={change} />}
        {bulk && <DiscardButton change={change} />}
      </Stack>
    </Page>
  );
}

function BulkMessageForm({
  bulk,
  change,
  onUnsaved,
}: {
  bulk: BulkMessage | null;
  change: ReturnType<typeof useBulkMessage>;
  onUnsaved(unsaved: boolean): void;
}) {
  const { instance } = useAppContext();
  const sendersQuery = useQuery(senders(instance.id));
  const list = sendersQuery.data?.senders ?? [];
  const [selected, setSelected] = useState<SendFrom>({
    mailboxId: bulk?.mailboxId ?? null,
    alias: bulk?.alias ?? null,
  });
  const { mailboxId, alias } = selected.mailboxId
    ? selected
    : { mailboxId: list[0]?.mailboxId ?? null, alias: null };
  const [subject, setSubject] = useState(bulk?.subject ?? '');
  const [html, setHtml] = useState(bulk?.html ?? '');
  const { save } = change;
  // The server may have cleaned the HTML, so that what it has differs from what was saved.
  const [lastSaved, setLastSaved] = useState('');
  const isSameSender = bulk?.mailboxId === mailboxId && bulk?.alias === alias;
  const isAsStored = bulk?.subject === subject && bulk.html === html && isSameSender;
  const saved = bulk && (isAsStored || lastSaved === JSON.stringify({ mailboxId, alias, subject, html }));
  useEffect(() => onUnsaved(!saved), [saved, onUnsaved]);
  const submit = () => {
    if (!mailboxId) return;
    const content = { mailboxId, alias, subject, html };
    save.mutate(content, { onSuccess: () => setLastSaved(JSON.stringify(content)) });
  };
  return (
    <Paper withBorder p="lg">
      <Title order={2}>{t('bulk.message.title')}</Title>
      <Stack mt="sm">
        <Select
          label={t('bulk.message.from')}
          allowDeselect={false}
          data={senderOptions(list, { mailboxId, alias })}
          value={mailboxId && senderValue({ mailboxId, alias })}
          onChange={(value) => value && setSelected(senderOf(value))}
          error={sendersQuery.isSuccess && list.length === 0 ? t('bulk.message.noSender') : undefined}
        />
        <TextInput
          label={t('bulk.subject')}
          maxLength={500}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t('bulk.message.label')}
          </Text>
          <Suspense fallback={<LoadingState />}>
            <Editor
              label={t('bulk.message.label')}
              placeholder={t('bulk.message.placeholder')}
              html={html}
              onChange={setHtml}
              onSend={submit}
              onEscape={() => {}}
            />
          </Suspense>
          <Text size="sm" c="var(--text-muted)" mt={4}>
            {t('bulk.message.fields')}
          </Text>
        </div>
        {save.error && (
          <Text c="var(--error)" role="alert">
            {save.error.message} {save.error.detail}
          </Text>
        )}
        <Group>
          <Button disabled={!mailboxId || Boolean(saved)} loading={save.isPending} onClick={submit}>
            {bulk ? t('bulk.message.save') : t('bulk.message.goOn')}
          </Button>
          {saved && (
            <Text size="sm" c="var(--text-muted)" role="status">
              {t('bulk.message.saved')}
            </Text>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function DiscardButton({ change }: { change: ReturnType<typeof useBulkMessage> }) {
  const { instance } = useAppContext();
  const navigate = useNavigate();
  return (
    <Group>
      <ConfirmButton
        color="red"
        label={t('bulk.discard')}
        confirmLabel={t('composer.discardDraft')}
        cancelLabel={t('composer.keepDraft')}
        onConfirm={() =>
          change.remove.mutate(undefined, {
            onSuccess: () => void navigate({ to: '/$slug/bulk', params: { slug: instance.slug } as never }),
          })
        }
      />
      {change.remove.error && (
        <Text c="var(--error)" role="alert">
          {change.remove.error.message} {change.remove.error.detail}
        </Text>
      )}
    </Group>
  );
}
