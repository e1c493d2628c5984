import { Button, FileButton, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { customers } from '../../api/queries.ts';
import { words } from '../../words/words.ts';
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
  const said = words.bulk.customers;
  const upload = async (file: File | null) => {
    if (file) add.mutate({ list: await file.text() });
  };
  return (
    <Paper withBorder p="lg">
      <Group justify="space-between">
        <Title order={2}>{said.title}</Title>
        <Text fw={600} aria-live="polite">
          {said.count(bulk.counts.all)}
        </Text>
      </Group>
      <Stack mt="sm">
        <Textarea
          label={said.paste}
          description={said.pasteHelp}
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
            onClick={() => add.mutate({ list }, { onSuccess: () => setList('') })}
          >
            {said.addList}
          </Button>
          <FileButton accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={(file) => void upload(file)}>
            {(props) => (
              <Button variant="default" {...props}>
                {said.upload}
              </Button>
            )}
          </FileButton>
        </Group>
        <Group align="end">
          <TextInput
            style={{ flex: '1 1 220px' }}
            label={said.search}
            description={said.searchHelp}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Button variant="default" loading={add.isPending} onClick={() => add.mutate({ search })}>
            {search.trim() === '' ? said.addAll : said.addFound}
          </Button>
        </Group>
        <MatchingCustomers instanceId={instanceId} search={search} />
        {add.error && (
          <Text c="var(--red)">
            {add.error.message} {add.error.remedy}
          </Text>
        )}
        {add.data && <ImportSummary result={add.data} />}
        {bulk.counts.all > 0 && <RecipientList instanceId={instanceId} bulk={bulk} change={change} />}
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
    <Text size="sm" c="var(--quiet)" aria-live="polite">
      {names.length === 0 ? words.bulk.customers.noneFound : words.bulk.customers.found(names)}
    </Text>
  );
}

function ImportSummary({ result }: { result: ImportResult }) {
  const said = words.bulk.customers;
  return (
    <div role="status">
      <Text>{said.added(result.added, result.duplicates, result.unsubscribed)}</Text>
      {result.bad.length > 0 && (
        <>
          <Text mt="xs" c="var(--amber)">
            {said.bad(result.bad.length)}
          </Text>
          <ul>
            {result.bad.slice(0, 20).map(({ line, text, reason }) => (
              <li key={line}>
                <Text size="sm">
                  {said.line(line)} “{text}”: {reason}
                </Text>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
