import { expect, test } from 'vitest';
import type { ConversationEvent, Message } from '../../../api/client.ts';
import { withEventRuns } from './event-runs.ts';

const event = (id: string, otherId: string | null = null) =>
  ({ id, kind: 'tagged', actor: null, otherId }) as ConversationEvent;
const message = { id: 'message', direction: 'inbound' } as Message;

test('three events in a row become one run, two stay lines', () => {
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((id) => event(id));
  expect(withEventRuns([a!, b!, message, c!, d!, e!])).toEqual([a, b, message, [c, d, e]]);
});

test('a merge stays by itself, so that it can be undone', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => event(id));
  const merge = event('merge', 'other');
  expect(withEventRuns([a!, merge, b!, c!])).toEqual([a, merge, b, c]);
});
