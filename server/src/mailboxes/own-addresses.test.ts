import { expect, test } from 'vitest';
import { recognizeOwn } from './own-addresses.ts';

const own = recognizeOwn([
  'Support@Acme.example',
  'team.one@gmail.com',
  'sales+de@partner.example',
  '@acme-alias.example',
]);

test.each([
  ['the address itself', 'support@acme.example', true],
  ['another case', 'SUPPORT@ACME.EXAMPLE', true],
  ['a plus form', 'support+orders@acme.example', true],
  ['dots in a Workspace domain', 'sup.port@acme.example', false],
  ['dots at gmail.com', 't.eamone@gmail.com', true],
  ['googlemail.com', 'Team.One+x@googlemail.com', true],
  ['an alias with a tag', 'sales+de@partner.example', true],
  ['the same alias without its tag', 'sales@partner.example', false],
  ['our local part in the alias domain', 'support+x@acme-alias.example', true],
  ['another local part in the alias domain', 'john@acme-alias.example', false],
  ['another address of our domain', 'john@acme.example', false],
  ['no address', '', false],
])('%s', (_name, address, expected) => {
  expect(own.has(address)).toBe(expected);
});
