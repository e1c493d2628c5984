/**
 * An expected refusal, as it crosses HTTP (RFC 9457): what happened and what to do, in plain words.
 */
export type Problem = { code: string; title: string; detail: string; status: number };

/** Carries a refusal out of a transaction to the HTTP door, rolling the transaction back. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** A refusal; `status` is the HTTP status it is answered with. */
export function createProblem(status: number, code: string, title: string, detail = ''): Problem {
  return { status, code, title, detail };
}

/** Stops the start of the program: printed as it is, without a stack. */
export class StartupError extends Error {}
