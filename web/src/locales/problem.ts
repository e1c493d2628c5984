import { type Format, type ProblemParams, problemText } from '../../../locales/problem-text.ts';
import { format } from './messages.ts';

/**
 * The texts of a problem in the language in use: `title` says what happened, `detail` what to do. For a code
 * that this page does not know, because the server is newer, the server's own texts are used.
 */
export function textOf(
  problem: { code: string; params?: ProblemParams; title?: string; detail?: string },
  namespace?: 'googleChecks',
): { title: string; detail: string } {
  const safeFormat: Format = (key, parameters) => {
    try {
      return format(key, parameters);
    } catch {
      return undefined; // a parameter is missing
    }
  };
  const text = problemText(problem, safeFormat, namespace);
  return text.title === problem.code
    ? { title: problem.title || text.title, detail: problem.detail ?? '' }
    : text;
}
