import { Button, type ButtonProps, Stack } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { ProblemError } from '../api/client.ts';
import { ProblemAlert } from './problem-alert.tsx';

/** Fetches the next page of a list, below those that are shown, and says why that failed; nothing where there is none. */
export function NextPageButton({
  query,
  mt,
  mb,
  p,
  ...props
}: ButtonProps & { query: UseInfiniteQueryResult<unknown>; 'aria-label'?: string }) {
  if (!query.hasNextPage) return null;
  const { error, isFetchNextPageError } = query;
  const problem = isFetchNextPageError && error instanceof ProblemError ? error : null;
  return (
    <Stack gap="xs" {...{ mt, mb, p }}>
      <ProblemAlert problem={problem} />
      <Button
        variant="default"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
        style={{ alignSelf: 'flex-start' }}
        {...props}
      />
    </Stack>
  );
}
