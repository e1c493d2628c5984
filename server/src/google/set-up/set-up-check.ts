import type { Messages } from '../../../../locales/generated/messages.ts';
import type { MessageKey } from '../../../../locales/keys.ts';
import type { ProblemParams } from '../../../../locales/problem-text.ts';
import type { StoredProblem } from '../../problems.ts';

/** The checks, in the order of the guide (docs/google.md). */
export type CheckId =
  | 'gmail-api'
  | 'url'
  | 'client'
  | 'reach'
  | 'redirect'
  | 'scopes'
  | 'audience'
  | 'credentials'
  | 'topic'
  | 'publisher'
  | 'subscription'
  | 'push'
  | 'notifications'
  | 'security-events';

type CheckCodeOf<Key> = Key extends `googleChecks.${infer Code}.title` ? Code : never;
/** The code of an outcome that the catalogues have words for: `googleChecks.<code>.title` and `.detail`. */
export type CheckCode = CheckCodeOf<MessageKey>;

/**
 * `ok`: as it must be. `missing`, `wrong`: the detail says what to type where. `unknown`: it cannot be
 * seen from here. `not-configured`: not set up, and not needed.
 */
export type SetUpCheck = {
  id: CheckId;
  state: 'ok' | 'missing' | 'wrong' | 'unknown' | 'not-configured';
  code: CheckCode;
  params: ProblemParams;
};

type Catalogued<Key> = Key extends keyof Messages
  ? Messages[Key] extends null
    ? object
    : Messages[Key]
  : object;
type ParamsOf<Code extends CheckCode> = {
  [Name in keyof (Catalogued<`googleChecks.${Code}.title`> & Catalogued<`googleChecks.${Code}.detail`>)]:
    | string
    | StoredProblem;
};

/** One outcome of a check. */
export function check<Code extends CheckCode>(
  id: CheckId,
  state: SetUpCheck['state'],
  code: Code,
  ...[params]: keyof ParamsOf<Code> extends never ? [] : [params: ParamsOf<Code>]
): SetUpCheck {
  return { id, state, code, params: (params ?? {}) as ProblemParams };
}
