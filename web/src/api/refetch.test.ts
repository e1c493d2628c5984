import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { fetchSettled, refetchQueries } from './refetch.ts';

const queryKey = ['one', 'conversation', 'a'];

/** A query with an observer; the test resolves its fetches through `answers`, in order. */
function shown(client: QueryClient) {
  const answers: Array<(value: string) => void> = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey, queryFn, retry: false, staleTime: 60_000 });
  const stop = observer.subscribe(() => {});
  return { answers, stop, now: () => client.getQueryData(queryKey) };
}

test('an event during the first fetch of a query causes a second one', async () => {
  const client = new QueryClient();
  const { answers, stop, now } = shown(client);
  refetchQueries(client, ['one', 'conversation']);
  answers[0]!('as it was before');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]!('as it is');
  await expect.poll(now).toBe('as it is');
  stop();
});

test('active queries are refetched at once, inactive ones are not', async () => {
  const client = new QueryClient();
  const { answers, stop, now } = shown(client);
  answers[0]!('first');
  await expect.poll(now).toBe('first');
  refetchQueries(client, queryKey);
  await expect.poll(() => answers.length).toBe(2);
  // A second event during that fetch, whose data may be older than this event.
  refetchQueries(client, queryKey);
  await expect.poll(() => answers.length).toBe(3);
  answers[1]!('second');
  answers[2]!('third');
  await expect.poll(now).toBe('third');
  stop();
  refetchQueries(client, queryKey);
  expect(answers.length).toBe(3);
});

test('fetchSettled waits for a fetch in progress only', async () => {
  const client = new QueryClient();
  const { answers, stop } = shown(client);
  const query = client.getQueryCache().find({ queryKey })!;
  let over = false;
  const waiting = fetchSettled(query).then(() => {
    over = true;
  });
  await Promise.resolve();
  expect(over).toBe(false);
  answers[0]!('first');
  await waiting;
  await fetchSettled(query);
  expect(query.state.fetchStatus).toBe('idle');
  stop();
});
