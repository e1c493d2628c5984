import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { plainWords } from './plain-words.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

/** Those of the texts of which Postgres finds other words than plainWords. */
async function findDifferences(texts: string[]): Promise<string[]> {
  const known = texts
    .map((text) => ({ text, words: plainWords(text) }))
    .filter(({ words }) => words !== null);
  const { rows } = await fixture.needs.deployment.pool.query<{ text: string }>(
    `select text from unnest($1::text[], $2::text[]) as one (text, words)
     where search_words(text) is distinct from words::tsvector`,
    [known.map(({ text }) => text), known.map(({ words }) => words)],
  );
  return rows.map(({ text }) => text);
}

test('the words are those that Postgres finds, at the same places', async () => {
  const texts = [
    'Please send order 4711-B, not 12,5 kg (or 3.14e-7): it’s “urgent” – see https://shop.example/a_b?c=d&e=%20#f.',
    "ana@far.example wrote: <b>Don't</b> &amp; {won't} [1e5] 12abc abc12 1e 0x1F v1.2.3 $5 ^ ` | \\ ~/file.txt",
    'Café, naïve, ½ litre, ﬁnal, Łódź, Æon, ẞ, İstanbul, 5\u00a0K, soft\u00adhyphen, zero\u200bwidth, a×b÷c…',
    '',
    ' \r\n\t\u0001\u007f ',
    `one ${'x'.repeat(2_046)} two ${'y'.repeat(2_047)} three`,
    'again '.repeat(300),
    'a b '.repeat(9_000),
    `${Array.from({ length: 8_000 }, (_, n) => `w${n % 7_000}`).join(' ')}`,
  ];
  for (const text of texts) expect(plainWords(text), text.slice(0, 50)).not.toBeNull();
  expect(await findDifferences(texts)).toEqual([]);
});

test('so are those of texts made by chance', async () => {
  const pieces = [
    ...'aeiouxyzAEZ0123456789',
    ...' \n\t!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    ...'éÇñœÆßłıK½ﬁ’“–…·\u00a0\u00ad\u0301\u200b',
    ...['e5', '1.', 'http://', 'www.', '.example', '@', '&lt;', '</', '--', '-1', 'v1.'],
  ];
  let state = 1;
  const random = (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
  const texts = Array.from({ length: 5_000 }, () =>
    Array.from({ length: random(60) }, () => pieces[random(pieces.length)]).join(''),
  );
  expect(texts.filter((text) => plainWords(text) !== null).length).toBeGreaterThan(4_000);
  expect(await findDifferences(texts)).toEqual([]);
});

test('texts that only Postgres can take apart are left to it', () => {
  for (const text of [
    'für',
    'smørrebrød',
    'ålborg',
    'привет',
    '漢字',
    'ok 😀',
    'Ωmega',
    'a'.repeat(50_001),
  ]) {
    expect(plainWords(text), text.slice(0, 50)).toBeNull();
  }
});

test('those of a received message are not sought by Postgres', async () => {
  const { pool } = fixture.needs.deployment;
  const fields = { 'Content-Type': 'text/plain; charset=utf-8' };
  const entryOf = async (body: string) => {
    await fixture.receive({ from: 'Nina <nina@far.example>', subject: 'Seen', fields, body });
    const { rows } = await pool.query<{ isFound: boolean; isSame: boolean }>(
      `select words @@ 'wallaby' as "isFound", words = search_entry(message, null, false, seq) as "isSame"
       from message_search join message on message.id = message_id order by seq desc limit 1`,
    );
    return rows[0];
  };
  expect(await entryOf('The wallaby’s order')).toEqual({ isFound: true, isSame: true });
  expect(await entryOf('Ein Wallaby für alle')).toEqual({ isFound: true, isSame: true });
  await pool.query(`create or replace function search_words(words text) returns tsvector language sql immutable
    as $$ select ''::tsvector $$`);
  expect(await entryOf('The wallaby’s order')).toEqual({ isFound: true, isSame: false });
  expect(await entryOf('Ein Wallaby für alle')).toEqual({ isFound: false, isSame: true });
});
