import { describe, expect, test } from 'vitest';
import { findPasswordProblem } from './passwords.ts';

const person = { name: 'Ana Maria Silva', email: 'ana.silva@acme.example' };
const codeOf = async (password: string) => (await findPasswordProblem(password, person))?.code ?? null;

describe('length is what counts', () => {
  test.each([
    ['correct horse battery', null],
    ['aaaaaaaaaaab cdefx', null],
    ['kT9#vQ2!xL0p', null],
    ['839217662946', null],
    ['дом река сосна облако', null],
    ['tomorrow it rains', null],
    ['x'.repeat(11), 'password-too-short'],
    ['', 'password-too-short'],
    [`${'tomorrow it rains '.repeat(8)}`, 'password-too-long'],
  ])('%s', async (password, code) => expect(await codeOf(password)).toBe(code));

  test('a character counts as one, however many bytes it has', async () => {
    expect(await codeOf('🌲🌊🔥🌵🐙🦉🎈🪁🧭🪵🥁🎻')).toBe(null);
    expect(await codeOf('🌲🌊🔥🌵🐙🦉')).toBe('password-too-short');
  });
});

test.each([
  'password1234',
  'Password123!',
  'P@ssw0rd1234',
  'p@$$w0rd123456',
  'passwordpassword',
  'welcome2026!!',
  'Postroom2026!',
  'letmeinletmein',
  '123456789012',
  '098765432109',
  'qwertyuiopas',
  '1q2w3e4r5t6y',
  'abcdefghijkl',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  'iloveyou12345',
  'Summer2026!!!',
  'Schatz12345!',
  'motdepasse123',
  'Qwertz123456',
  'zaq1xsw2cde3',
  's1lv4s1lv4s1lv4',
])('what guessing begins with is refused: %s', async (password) =>
  expect(await codeOf(password)).toBe('password-too-common'),
);

test.each(['ana.silva@acme.example', 'AnaMariaSilva', 'silva-ana-2026', 'Ana Silva 123', 'acme-ana.silva!'])(
  'so is the own name and address: %s',
  async (password) => expect(await codeOf(password)).toBe('password-contains-name'),
);
