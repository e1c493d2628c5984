import { expect, test } from 'vitest';
import { disconnections } from '../../../server/src/google/disconnections.ts';
import { de as mail } from '../../../server/src/notifications/locales/de.ts';
import { server } from './de/server.ts';
import { said, translated } from './said.ts';
import { serverSentences } from './testing/server-sentences.ts';

test('whatever the server says to people has its German', () => {
  const known = new Set(Object.keys(server));
  expect(serverSentences().filter((sentence) => !known.has(sentence))).toEqual([]);
});

test('no German is kept for what the server does not say any more', () => {
  const spoken = new Set(serverSentences());
  expect(Object.keys(server).filter((sentence) => !spoken.has(sentence))).toEqual([]);
});

test('the mail about a disconnected address says what the page says', () => {
  for (const [code, { sentence, remedy }] of Object.entries(disconnections)) {
    expect([said(sentence, server), said(remedy, server)]).toEqual(
      mail.disconnection(code as keyof typeof disconnections),
    );
  }
});

test('what changes stands where the language wants it, and may be a sentence itself', () => {
  expect(said('You signed in as a@x.example, but this reconnects b@x.example.', server)).toBe(
    'Sie haben sich als a@x.example angemeldet, aber hier wird b@x.example neu verbunden.',
  );
  expect(
    said(
      'The template cannot be filled. Have an admin mend the template or choose another one, then try again.',
      server,
    ),
  ).toMatch(/^Die Vorlage lässt sich nicht ausfüllen\. Lassen Sie/);
});

test('what nobody translated, and what people wrote, stays as it is', () => {
  expect(said('Nobody has ever said this before.', server)).toBe('Nobody has ever said this before.');
  const answer = {
    text: 'You are not signed in.',
    failure: { sentence: 'You are not signed in.', at: null },
  };
  expect(translated(answer, server)).toEqual({
    text: 'You are not signed in.',
    failure: { sentence: 'Sie sind nicht angemeldet.', at: null },
  });
  expect(translated(answer, {})).toEqual(answer);
});
