import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { showSaved } from './show-saved.ts';

test('what was fetched before a change is not shown after it', async () => {
  const client = new QueryClient();
  const answers: Array<(value: string) => void> = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey: ['days'], queryFn });
  const shown: unknown[] = [];
  const unsubscribe = observer.subscribe(({ data }) => {
    if (data !== shown.at(-1)) shown.push(data);
  });
  answers[0]!('30');
  await expect.poll(() => shown).toEqual(['30']);
  void client.invalidateQueries({ queryKey: ['days'] });
  await showSaved(client, ['days'], '400');
  expect(shown).toEqual(['30', '400']);
  answers[1]!('30');
  await expect.poll(() => answers).toHaveLength(3);
  answers[2]!('500');
  await expect.poll(() => shown).toEqual(['30', '400', '500']);
  unsubscribe();
});
