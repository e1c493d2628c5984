import type { Messages } from '../../locales/generated/messages.ts';
import type { ProblemCode } from '../../locales/keys.ts';
import type { ProblemParams } from '../../locales/problem-text.ts';

export type { ProblemCode };

/**
 * What went wrong, without words: a code of the catalogues (`problems.<code>.title` and `.detail`) and what
 * changes in its words. A parameter may be a problem itself; its title is put in its place. Stored like this
 * in every table; `http/problem-documents.ts` and mails add the words in the reader's language.
 */
export type StoredProblem = { code: ProblemCode; params: ProblemParams };

/** An expected problem with the HTTP status it is answered with (RFC 9457). */
export type Problem = StoredProblem & { status: number };

type Catalogued<Key> = Key extends keyof Messages
  ? Messages[Key] extends null
    ? object
    : Messages[Key]
  : object;
/** A text may be another problem: `{ code: 'address-without-at' }`. */
type Nestable<Values> = {
  [Name in keyof Values]: Values[Name] extends number
    ? number
    : string | { code: ProblemCode; params?: ProblemParams };
};
type ParamsOf<Code extends ProblemCode> = Nestable<
  Catalogued<`problems.${Code}.title`> & Catalogued<`problems.${Code}.detail`>
>;
/** The parameters of a code: none, or one object with all of them. */
type ProblemArguments<Code extends ProblemCode> = keyof ParamsOf<Code> extends never
  ? []
  : [params: ParamsOf<Code>];

/** A problem as tables keep it. */
export function storedProblem<Code extends ProblemCode>(
  code: Code,
  ...[params]: ProblemArguments<Code>
): StoredProblem {
  return { code, params: (params ?? {}) as ProblemParams };
}

/** A problem; `status` is the HTTP status it is answered with. */
export function createProblem<Code extends ProblemCode>(
  status: number,
  code: Code,
  ...params: ProblemArguments<Code>
): Problem {
  return { status, ...storedProblem(code, ...params) };
}

/** Carries a problem out of a transaction to the HTTP server, rolling the transaction back. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** Stops the start of the program: printed as it is, without a stack. */
export class StartupError extends Error {}
