import { type ProblemCode, type StoredProblem, storedProblem } from '../problems.ts';

/** Why a mailbox is disconnected from Google (C11): codes of problems, stored with the mailbox. */
export const disconnections = [
  'access-revoked',
  'testing-expired',
  'account-disabled',
  'account-hijacked',
  'blocked-by-admin',
  'sign-in-expired',
  'scope-missing',
  'gmail-disabled',
  'gmail-api-disabled',
  'oauth-client-rejected',
  'tokens-undecryptable',
  'tokens-missing',
] as const satisfies ProblemCode[];

export type Disconnection = (typeof disconnections)[number];

/** The problem of a stored disconnection; null where the code is not one. */
export function disconnectionProblem(code: string | null | undefined): StoredProblem | null {
  const known = disconnections.find((one) => one === code);
  return known ? storedProblem(known) : null;
}

const temporaryCodes: ReadonlySet<string> = new Set<Disconnection>([
  'account-disabled',
  'account-hijacked',
  'blocked-by-admin',
  'gmail-disabled',
  'gmail-api-disabled',
  'oauth-client-rejected',
  'tokens-undecryptable',
]);

/** Whether the cause can pass without reconnecting. An invalid refresh token never becomes valid again. */
export function isTemporary(code: Disconnection): boolean {
  return temporaryCodes.has(code);
}
