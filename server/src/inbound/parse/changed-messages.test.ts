import { test } from 'vitest';
import { expectChangedMessagesRead } from '../../testing/damaged.ts';
import { messageNames, readMessage } from '../../testing/messages.ts';

// The same changes every time, unless POSTROOM_FUZZ_SEED says which others; `npm run check:long` makes more.
const numRuns = Number(process.env.POSTROOM_FUZZ_MESSAGES ?? 300);
const seed = Number(process.env.POSTROOM_FUZZ_SEED ?? 1);

test(`changed messages are read without an error and in time (seed ${seed})`, async () => {
  const messages = (['mime', 'quotes', 'reports'] as const).flatMap((folder) =>
    messageNames(folder).map((name) => readMessage(folder, name)),
  );
  await expectChangedMessagesRead(messages, { numRuns, seed });
}, 3_600_000);
