import { t } from '../locales/messages.ts';
import { ProblemError, problemOf } from './client.ts';

const base = '/api/auth';

/** Posts to a route of better-auth. A refusal is thrown as a ProblemError with its code and a general text. */
export async function postAuth<T>(path: string, body: object = {}): Promise<T> {
  const response = await fetch(`${base}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw problemOf(0, null);
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const problem = problemOf(response.status, answer);
  if (response.status !== 429 || answer?.title) throw problem;
  const text = { title: t('signIn.tooMany'), detail: t('signIn.tooManyDetail') };
  throw new ProblemError({ status: 429, code: problem.code, ...text });
}

/** A refusal (4xx) with a text for what the user was doing; any other error stays as it is. */
export function withProblemText(error: unknown, title: string, detail: string): ProblemError {
  const { status, code } = error as ProblemError;
  return status >= 400 && status < 500 && status !== 429
    ? new ProblemError({ status, code, title, detail })
    : (error as ProblemError);
}
