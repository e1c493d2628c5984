import { Button, FileButton, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { customers } from '../../api/queries/customers.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import type { ImportResult, useBulkMessage } from './queries.ts';
import { RecipientList } from './recipient-list.tsx';

/** Adds recipients to a bulk message: from a pasted or uploaded list, or by a search for customers. */
export function RecipientsForm({
  instanceId,
  bulk,
  change,
}: {
  instanceId: string;
  bulk: BulkMessage;
  change: ReturnType<typeof useBulkMessage>;
}) {
  const [list, setList] = useState('');
  const [search, setSearch] = useState('');
  const { add } = change;
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const resetFile = useRef<() => void>(null);
  const upload = async (file: File | null) => {
    if (!file) return;
    setUnreadable(null);
    try {
      add.mutate({ list: await file.text() });
    } catch {
      setUnreadable(t('composer.uploadFailed', { name: file.name }));
    }
    // Or else the same file, corrected meanwhile, cannot be chosen again.
    resetFile.current?.();
  };
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Title order={2}>{t('bulk.customers.title')}</Title>
        <Text fw={600} aria-live="polite">
          {t('bulk.customers.count', { count: bulk.counts.total })}
        </Text>
      </Group>
      <Stack mt="sm">
        <Textarea
          label={t('bulk.customers.paste')}
          description={t('bulk.customers.pasteHelp')}
          autosize
          minRows={3}
          maxRows={10}
          value={list}
          onChange={(event) => setList(event.currentTarget.value)}
        />
        <Group>
          <Button
            disabled={list.trim() === ''}
            loading={add.isPending}
            // What was typed since is another list.
            onClick={() =>
              add.mutate({ list }, { onSuccess: () => setList((now) => (now === list ? '' : now)) })
            }
          >
            {t('bulk.customers.addList')}
          </Button>
          <FileButton
            accept=".csv,.tsv,.txt,text/csv,text/plain"
            resetRef={resetFile}
            onChange={(file) => void upload(file)}
          >
            {(props) => (
              <Button variant="default" loading={add.isPending} {...props}>
                {t('bulk.customers.upload')}
              </Button>
            )}
          </FileButton>
        </Group>
        <Group align="end">
          <TextInput
            style={{ flex: '1 1 220px' }}
            label={t('bulk.customers.search')}
            description={t('bulk.customers.searchHelp')}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Button variant="default" loading={add.isPending} onClick={() => add.mutate({ search })}>
            {search.trim() === '' ? t('bulk.customers.addAll') : t('bulk.customers.addFound')}
          </Button>
        </Group>
        <MatchingCustomers instanceId={instanceId} search={search} />
        {unreadable && (
          <Text c="var(--error)" role="alert">
            {unreadable}
          </Text>
        )}
        <ProblemText problem={add.error} />
        <ProblemText problem={change.clear.error} />
        {add.data && <ImportSummary result={add.data} />}
        {bulk.counts.total > 0 && <RecipientList instanceId={instanceId} bulk={bulk} change={change} />}
      </Stack>
    </Paper>
  );
}

/** The first of the recipients that would be added. */
function MatchingCustomers({ instanceId, search }: { instanceId: string; search: string }) {
  const [query] = useDebouncedValue(search, 150);
  const found = useQuery(customers(instanceId, query));
  if (query.trim() === '' || !found.data) return null;
  const names = found.data.customers.map(({ name, address }) => name || address);
  return (
    <Text size="sm" c="var(--text-muted)" aria-live="polite">
      {names.length === 0
        ? t('bulk.customers.noneFound')
        : t(names.length < 10 ? 'bulk.customers.found' : 'bulk.customers.foundMore', {
            names: names.join(', '),
          })}
    </Text>
  );
}

const leftOutReasons = ['automatic', 'lists', 'bounced', 'complained'] as const;

function ImportSummary({ result }: { result: ImportResult }) {
  return (
    <div role="status">
      <Text>
        {t('bulk.customers.added', {
          added: result.added,
          duplicates: result.duplicates,
          unsubscribed: result.unsubscribed,
        })}
      </Text>
      {leftOutReasons
        .filter((reason) => result.leftOut[reason] > 0)
        .map((reason) => (
          <Text key={reason} size="sm" c="var(--text-muted)">
            {t(`bulk.customers.leftOut.${reason}`, { count: result.leftOut[reason] })}
          </Text>
        ))}
      {result.invalid.length > 0 && (
        <>
          <Text mt="xs" c="var(--warning)">
            {t('bulk.customers.invalid', { count: result.invalid.length })}
          </Text>
          <ul>
            {result.invalid.slice(0, 20).map(({ line, text, problem }) => (
              <li key={line}>
                <Text size="sm">
                  {t('bulk.customers.line', { line })} “{text}”: {textOf(problem).title}
                </Text>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
