import { Button, Stack, Text, TextInput } from '@mantine/core';
import type { UseInfiniteQueryResult, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { Key, ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { Dialog } from './dialog.tsx';
import { ProblemText } from './problem-text.tsx';
import { ErrorState, LoadingState } from './states.tsx';

/** One that can be chosen; `detail` tells it from others of the same name. */
export type Choice<Value> = { key: Key; label: string; detail?: ReactNode; value: Value };

/** Searches, makes `change` with the one that is chosen of what was found, and closes. */
export function ChooseDialog<Value>({
  title,
  text,
  size,
  searchLabel,
  search,
  onSearch,
  query,
  found,
  noneFound,
  change,
  onClose,
}: {
  title: string;
  text: string;
  size?: string;
  searchLabel: string;
  search: string;
  onSearch(search: string): void;
  query: UseQueryResult<unknown> | UseInfiniteQueryResult<unknown>;
  found: Array<Choice<Value>>;
  /** Said where the query has found nothing. */
  noneFound: string;
  change: UseMutationResult<unknown, ProblemError, Value>;
  onClose(): void;
}) {
  return (
    <Dialog onClose={onClose} title={title} size={size}>
      <Text size="sm" mb="sm">
        {text}
      </Text>
      <TextInput
        type="search"
        aria-label={searchLabel}
        placeholder={searchLabel}
        value={search}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
        // What is typed replaces a search that was proposed.
        onFocus={({ currentTarget }) => currentTarget.select()}
        data-autofocus
      />
      <Stack gap={4} mt="sm">
        {query.isLoading && <LoadingState lines={3} />}
        {hasFailed(query) && <ErrorState error={query.error} retry={() => void query.refetch()} />}
        {found.map(({ key, label, detail, value }) => (
          <Button
            key={key}
            variant="default"
            justify="space-between"
            rightSection={
              <Text span size="xs" c="var(--text-muted)">
                {detail}
              </Text>
            }
            disabled={change.isPending}
            onClick={() => change.mutate(value, { onSuccess: onClose })}
          >
            {label}
          </Button>
        ))}
        {query.isSuccess && found.length === 0 && (
          <Text size="sm" c="var(--text-muted)">
            {noneFound}
          </Text>
        )}
      </Stack>
      <ProblemText problem={change.error} mt="sm" />
    </Dialog>
  );
}
