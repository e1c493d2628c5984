import { afterAll, expect, test } from 'vitest';
import { parseRecipientList } from './parse-recipient-list.ts';
import { openRecipientListReader } from './recipient-list-reader.ts';

const reader = openRecipientListReader();
afterAll(() => reader.close());
const list = (count: number) =>
  `email,name\n${Array.from({ length: count }, (_, i) => `customer${i}@far.example,Customer ${i}`).join('\n')}`;

test('a long list is parsed as a short one is, and the event loop runs meanwhile', async () => {
  let callbacks = 0;
  let done = false;
  const callback = () => {
    callbacks += 1;
    if (!done) setImmediate(callback);
  };
  const reading = reader.read(list(20_000));
  setImmediate(callback);
  const { listed, invalid } = await reading;
  done = true;
  expect(callbacks).toBeGreaterThan(100);
  expect({ listed: listed.length, invalid }).toEqual({ listed: 20_000, invalid: [] });
  expect(await reader.read(list(3))).toEqual(parseRecipientList(list(3)));
});

test('a list with too many lines is refused before it is parsed', async () => {
  const tooMany = { problem: { code: 'too-many-recipients', params: { limit: 50_000 } } };
  await expect(reader.read(list(50_001))).rejects.toMatchObject(tooMany);
  // Not even its quotes are looked at.
  await expect(reader.read(`"${'x\n'.repeat(60_000)}`)).rejects.toMatchObject(tooMany);
  expect((await reader.read(`${'\r\n'.repeat(60_000)}a@far.example`)).listed).toHaveLength(1);
});
