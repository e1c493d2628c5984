import { expect, test } from 'vitest';
import { ProblemError } from '../../problems.ts';
import { parseRecipients } from './parse-recipients.ts';

const parse = (entered: { to?: string[]; cc?: string[]; bcc?: string[] }) =>
  parseRecipients({ to: [], cc: [], bcc: [], ...entered });
/** The problem with which these are refused. */
function problemOf(entered: Parameters<typeof parse>[0]) {
  try {
    parse(entered);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return null;
}
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `c${from + index}@far.example`);

test('a person is kept once over all fields, in the first that names them, with the name of any', () => {
  const { to, cc, bcc } = parse({
    to: ['ana@far.example', 'Jo.Doe@gmail.com'],
    cc: ['Ana Silva <ANA@far.example>', 'jodoe@googlemail.com', 'kim@far.example'],
    bcc: ['kim@FAR.example', 'kim+shop@far.example'],
  });
  expect(to).toEqual([
    { name: 'Ana Silva', address: 'ana@far.example' },
    { name: '', address: 'Jo.Doe@gmail.com' },
  ]);
  expect(cc).toEqual([{ name: '', address: 'kim@far.example' }]);
  expect(bcc).toEqual([{ name: '', address: 'kim+shop@far.example' }]);
});

test('500 recipients are the limit of a message, not of a field', () => {
  expect(parse({ to: many(200), cc: many(200, 200), bcc: many(100, 400) }).bcc).toHaveLength(100);
  expect(problemOf({ to: many(300), cc: many(201, 300) })).toEqual({
    status: 400,
    code: 'message-too-many-recipients',
    params: { count: 501, limit: 500 },
  });
  expect(parse({ to: many(300), cc: many(500) }).cc).toHaveLength(200);
});

test.each([
  ['Silva, Ana <ana@far.example>', 'Silva, Ana'],
  ['Silva; Ana (Lisbon) <ana@far.example>', 'Silva; Ana (Lisbon)'],
  ['"Silva, Ana" <ana@far.example>', 'Silva, Ana'],
  [`"Ana \\"Ani\\" Silva" <ana@far.example>`, 'Ana "Ani" Silva'],
  ['Ana <ana@far.example>', 'Ana'],
])('a name keeps its comma: %s', (text, name) => {
  expect(parse({ to: [text] }).to).toEqual([{ name, address: 'ana@far.example' }]);
});

test('nobody, an incomplete address and several in one entry are refused', () => {
  expect(problemOf({})).toMatchObject({ code: 'no-recipient' });
  for (const text of ['ana', 'Silva, Ana', 'ana@far.example, jo@far.example', 'x@y, Ana <ana@far.example>']) {
    expect(problemOf({ bcc: [text] }), text).toMatchObject({ code: 'invalid-recipient' });
  }
});
