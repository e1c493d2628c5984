import { words } from '../words/words.ts';
import { ProblemError } from './client.ts';

const base = '/api/auth';

/** Posts to a route of better-auth. A refusal is thrown as a ProblemError with its code and a general text. */
export async function postAuth<T>(path: string, body: object = {}): Promise<T> {
  const response = await fetch(`${base}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new ProblemError({
      status: 0,
      code: 'unreachable',
      title: words.problem.unreachable,
      detail: words.problem.unreachableRemedy,
    });
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const { code = '', title, detail } = (answer ?? {}) as Partial<Record<'code' | 'title' | 'detail', string>>;
  const text =
    response.status === 429
      ? { title: title ?? words.signIn.tooMany, detail: detail ?? words.signIn.tooManyRemedy }
      : { title: words.problem.unreachable, detail: words.problem.unreachableRemedy };
  throw new ProblemError({ status: response.status, code, ...text });
}

/** A refusal (4xx) with a text for what the user was doing; any other error stays as it is. */
export function withProblemText(error: unknown, title: string, detail: string): ProblemError {
  const { status, code } = error as ProblemError;
  return status >= 400 && status < 500 && status !== 429
    ? new ProblemError({ status, code, title, detail })
    : (error as ProblemError);
}
