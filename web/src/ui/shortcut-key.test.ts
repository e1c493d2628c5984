import { expect, test } from 'vitest';
import { shortcutKey } from './shortcut-key.ts';

const pressed = (key: string, code: string, shiftKey = false) => shortcutKey({ key, code, shiftKey });

test.each([
  ['an ordinary letter', pressed('r', 'KeyR'), 'r'],
  ['Caps Lock', pressed('R', 'KeyR'), 'r'],
  ['Shift', pressed('R', 'KeyR', true), 'R'],
  ['a Russian layout', pressed('к', 'KeyR'), 'r'],
  ['a Russian layout with Caps Lock', pressed('К', 'KeyR'), 'r'],
  ['a Greek layout', pressed('ρ', 'KeyR'), 'r'],
  ['a French layout, by what it writes', pressed('a', 'KeyQ'), 'a'],
  ['an accented letter that has no Latin key', pressed('é', 'Digit2'), 'é'],
  ['a question mark', pressed('?', 'Minus', true), '?'],
  ['a named key', pressed('Enter', 'Enter'), 'Enter'],
])('%s', (_name, name, expected) => {
  expect(name).toBe(expected);
});
