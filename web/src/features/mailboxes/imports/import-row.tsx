import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type MailboxImport, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { ConfirmButton } from '../../../ui/confirm-button.tsx';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { importTime } from './import-time.ts';

type Action = 'pause' | 'resume' | 'cancel' | 'remove';

/** One import: what was asked for, how far it is, what came of it, and what can be done with it. */
export function ImportRow({
  instanceId,
  mailboxId,
  value,
}: {
  instanceId: string;
  mailboxId: string;
  value: MailboxImport;
}) {
  const { state, days, query, requestedBy, isListed, listed } = value;
  const handled = value.imported + value.alreadyStored + value.leftOut + value.setAside;
  const title = days === null ? query : t('import.ofDays', { count: days });
  const going = state === 'running' || state === 'paused';
  return (
    <Stack component="li" gap={4} maw={640}>
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Text>
      <Text size="sm" c="var(--text-muted)">
        {requestedBy && `${t('import.startedBy', { name: requestedBy })} · `}
        <RelativeTime at={value.createdAt} />
      </Text>
      {going && isListed && (
        <Progress value={listed === 0 ? 100 : (100 * handled) / listed} aria-label={title} my={4} />
      )}
      <Text size="sm" component="div" role="status">
        {stateText(value, handled)}
      </Text>
      {state === 'running' && value.problem && (
        <Text size="sm" c="var(--warning)">
          {t('import.problem', { problem: textOf(value.problem).title })}
        </Text>
      )}
      {isListed && (
        <Text size="sm" c="var(--text-muted)">
          {countsOf(value).join(' · ')}
        </Text>
      )}
      {keptOf(value).map((text) => (
        <Text key={text} size="sm" c="var(--text-muted)">
          {text}
        </Text>
      ))}
      <ImportActions instanceId={instanceId} mailboxId={mailboxId} value={value} />
    </Stack>
  );
}

function stateText(value: MailboxImport, handled: number): string {
  const { state, waitsFor, isListed, listed, secondsLeft } = value;
  const progress = isListed
    ? t('import.progress', { done: handled, all: listed })
    : t('import.listing', { count: listed });
  if (state === 'paused') return `${t('import.paused')} · ${progress}`;
  if (state !== 'running') return t(`import.${state}`);
  if (waitsFor === 'connection') return `${t('import.disconnected')} · ${progress}`;
  if (waitsFor === 'other-import') return t('import.queued');
  if (!isListed || secondsLeft === null) return progress;
  return `${progress} · ${t('import.remaining', { time: importTime(secondsLeft) })}`;
}

/** What became of the messages so far. */
function countsOf({ imported, alreadyStored, leftOut, setAside }: MailboxImport): string[] {
  return [
    t('import.imported', { count: imported }),
    ...(alreadyStored > 0 ? [t('import.already', { count: alreadyStored })] : []),
    ...(leftOut > 0 ? [t('import.leftOut', { count: leftOut })] : []),
    ...(setAside > 0 ? [t('import.setAside', { count: setAside })] : []),
  ];
}

/** What its removal took away, and what it kept and why. */
function keptOf({ state, removed, kept }: MailboxImport): string[] {
  if (state !== 'removing' && state !== 'removed') return [];
  return [
    t('import.removedCount', { count: removed.conversations }),
    ...(kept.answered > 0 ? [t('import.keptAnswered', { count: kept.answered })] : []),
    ...(kept.joined > 0 ? [t('import.keptJoined', { count: kept.joined })] : []),
    ...(kept.used > 0 ? [t('import.keptUsed', { count: kept.used })] : []),
    ...(kept.redacted > 0 ? [t('import.keptRedacted', { count: kept.redacted })] : []),
  ];
}

function ImportActions({
  instanceId,
  mailboxId,
  value: { id: importId, state, imported },
}: {
  instanceId: string;
  mailboxId: string;
  value: MailboxImport;
}) {
  const client = useQueryClient();
  const change = useMutation<unknown, ProblemError, Action>({
    mutationFn: (action) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/mailboxes/{mailboxId}/imports/{importId}', {
          params: { path: { instanceId, mailboxId, importId } },
          body: { action },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'mailboxes', mailboxId, 'imports'] }),
  });
  const removable = state === 'done' || state === 'cancelled';
  return (
    <>
      <ProblemText problem={change.error} size="sm" />
      <Group gap="xs" mt={4}>
        {state === 'running' && (
          <Button size="xs" variant="default" onClick={() => change.mutate('pause')}>
            {t('import.pause')}
          </Button>
        )}
        {state === 'paused' && (
          <Button size="xs" variant="default" onClick={() => change.mutate('resume')}>
            {t('import.resume')}
          </Button>
        )}
        {(state === 'running' || state === 'paused') && (
          <Button size="xs" variant="subtle" onClick={() => change.mutate('cancel')}>
            {t('import.cancel')}
          </Button>
        )}
        {removable && imported > 0 && <RemoveButton onRemove={() => change.mutate('remove')} />}
      </Group>
    </>
  );
}

function RemoveButton({ onRemove }: { onRemove(): void }) {
  return (
    <Stack gap={4}>
      <Text size="sm" c="var(--text-muted)">
        {t('import.removeText')}
      </Text>
      <Group gap="xs">
        <ConfirmButton
          size="xs"
          color="red"
          label={t('import.remove')}
          confirmLabel={t('import.remove')}
          cancelLabel={t('import.cancel')}
          onConfirm={onRemove}
        />
      </Group>
    </Stack>
  );
}
