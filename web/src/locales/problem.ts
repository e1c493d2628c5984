import { type ProblemParams, problemText } from '../../../locales/problem-text.ts';
import { format } from './messages.ts';

/**
 * The texts of a problem in the language in use: `title` says what happened, `detail` what to do. For a code
 * that this page does not know, because the server is newer, the server's own texts are used.
 */
export function textOf(problem: { code: string; params?: ProblemParams; title?: string; detail?: string }): {
  title: string;
  detail: string;
} {
  const text = problemText(problem, (key, parameters) => {
    try {
      return format(key, parameters);
    } catch {
      return undefined; // a parameter is missing
    }
  });
  return text.title === problem.code
    ? { title: problem.title || text.title, detail: problem.detail ?? '' }
    : text;
}
