import { Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { BulkMessage, Sender } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { senders } from '../api/queries/mailboxes.ts';
import { BulkProgress } from '../features/bulk/bulk-progress.tsx';
import { bulkMessage, useBulkMessage } from '../features/bulk/queries.ts';
import { RecipientsForm } from '../features/bulk/recipients-form.tsx';
import { ReviewAndSend } from '../features/bulk/review-and-send.tsx';
import { type BulkDraft, useBulkDraft } from '../features/bulk/use-bulk-draft.ts';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { choices } from '../ui/filter-options.ts';
import { ProblemText } from '../ui/problem-text.tsx';
import { senderOf, senderOptions, senderValue } from '../ui/sender-options.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import styles from './bulk-message.module.css';
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
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <BulkMessageContent key={bulkId} bulkId={bulkId} bulk={query.data.bulkMessage} />;
}

function BulkMessageContent({ bulkId, bulk }: { bulkId: string; bulk: BulkMessage | null }) {
  const { me, instance } = useAppContext();
  const change = useBulkMessage(instance.id, bulkId);
  if (bulk && bulk.state !== 'draft') {
    return (
      <Page title={bulk.subject} places={[{ name: t('bulk.title'), to: 'bulk' }]}>
        <BulkProgress instanceId={instance.id} slug={instance.slug} bulk={bulk} change={change} />
      </Page>
    );
  }
  return <BulkMessageDraft {...{ bulkId, bulk, change }} userId={me.user.id} />;
}

/** Its parts are there once something was written, and with that saved. */
function BulkMessageDraft({
  bulkId,
  bulk,
  change,
  userId,
}: {
  bulkId: string;
  bulk: BulkMessage | null;
  change: ReturnType<typeof useBulkMessage>;
  userId: string;
}) {
  const { instance } = useAppContext();
  const sendersQuery = useQuery(senders(instance.id));
  const list = sendersQuery.data?.senders ?? [];
  const target = { instanceId: instance.id, bulkId, userId };
  const draft = useBulkDraft(target, bulk, change, list[0]?.mailboxId ?? null);
  const hasNoSender = sendersQuery.isSuccess && list.length === 0;
  return (
    <Page title={bulk?.subject || t('bulk.new')} places={[{ name: t('bulk.title'), to: 'bulk' }]}>
      <Stack>
        <BulkMessageForm draft={draft} senders={list} hasNoSender={hasNoSender} />
        {bulk && <RecipientsForm instanceId={instance.id} bulk={bulk} change={change} />}
        {bulk && (
          <ReviewAndSend instanceId={instance.id} bulk={bulk} unsaved={draft.isUnsaved} change={change} />
        )}
        {bulk && <DiscardButton change={change} onDiscard={draft.stop} />}
      </Stack>
    </Page>
  );
}

function BulkMessageForm({
  draft: { content, edit, status, problem },
  senders,
  hasNoSender,
}: {
  draft: BulkDraft;
  senders: Sender[];
  hasNoSender: boolean;
}) {
  return (
    <Paper withBorder p="lg">
      <Title order={2}>{t('bulk.message.title')}</Title>
      <Stack mt="sm">
        <Select
          label={t('bulk.message.from')}
          allowDeselect={false}
          {...choices(senderOptions(senders, content))}
          value={content.mailboxId && senderValue(content)}
          onChange={(value) => value && edit(senderOf(value))}
          error={hasNoSender ? t('bulk.message.noSender') : undefined}
        />
        <TextInput
          label={t('bulk.subject')}
          maxLength={500}
          value={content.subject}
          onChange={(event) => edit({ subject: event.currentTarget.value })}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t('bulk.message.label')}
          </Text>
          <Suspense fallback={<LoadingState />}>
            <div className={styles.editor}>
              <Editor
                label={t('bulk.message.label')}
                placeholder={t('bulk.message.placeholder')}
                html={content.html}
                onChange={(html) => edit({ html })}
                onEscape={() => {}}
              />
            </div>
          </Suspense>
          <Text size="sm" c="var(--text-muted)" mt={4}>
            {t('bulk.message.fields')}
          </Text>
        </div>
        <ProblemText problem={problem} />
        <Text size="sm" c="var(--text-muted)" role="status">
          {status === null ? t('bulk.message.begin') : statusText[status]()}
        </Text>
      </Stack>
    </Paper>
  );
}

const statusText = {
  saving: () => t('composer.saving'),
  kept: () => t('composer.kept'),
  saved: () => t('bulk.message.saved'),
};

function DiscardButton({
  change,
  onDiscard,
}: {
  change: ReturnType<typeof useBulkMessage>;
  onDiscard(): void;
}) {
  const { instance } = useAppContext();
  const navigate = useNavigate();
  return (
    <Group>
      <ConfirmButton
        color="red"
        label={t('bulk.discard')}
        confirmLabel={t('composer.discardDraft')}
        cancelLabel={t('composer.keepDraft')}
        onConfirm={() => {
          onDiscard();
          change.remove.mutate(undefined, {
            onSuccess: () => void navigate({ to: '/$slug/bulk', params: { slug: instance.slug } as never }),
          });
        }}
      />
      <ProblemText problem={change.remove.error} />
    </Group>
  );
}
