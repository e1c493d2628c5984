import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { fetchSettled, refetchQueries } from './refetch.ts';

const queryKey = ['one', 'conversation', 'a'];

/** A query that is shown; `answers` are given by the test, in turn. */
function shown(client: QueryClient) {
  const answers: Array<(value: string) => void> = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey, queryFn, retry: false, staleTime: 60_000 });
  const stop = observer.subscribe(() => {});
  return { answers, stop, now: () => client.getQueryData(queryKey) };
}

test('what an event changes while it is on its way for the first time is asked for once more', async () => {
  const client = new QueryClient();
  const { answers, stop, now } = shown(client);
  refetchQueries(client, ['one', 'conversation']);
  answers[0]!('as it was before');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]!('as it is');
  await expect.poll(now).toBe('as it is');
  stop();
});

test('what is there is asked for anew, and what is not shown only when it is', async () => {
  const client = new QueryClient();
  const { answers, stop, now } = shown(client);
  answers[0]!('first');
  await expect.poll(now).toBe('first');
  refetchQueries(client, queryKey);
  await expect.poll(() => answers.length).toBe(2);
  // An event while that is on its way: it may be as it was before this one.
  refetchQueries(client, queryKey);
  await expect.poll(() => answers.length).toBe(3);
  answers[1]!('second');
  answers[2]!('third');
  await expect.poll(now).toBe('third');
  stop();
  refetchQueries(client, queryKey);
  expect(answers.length).toBe(3);
});

test('one waits for what is on its way, and not for what is not', async () => {
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
