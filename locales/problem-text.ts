import type { Parameters } from './keys.ts';

/**
 * The parameters of a problem's texts. One may be a problem itself, such as the fault of a template: its title
 * takes the place of the parameter.
 */
export type ProblemParams = { [name: string]: string | number | { code: string; params?: ProblemParams } };

/** A message in the reader's language; undefined where the catalogue has no such key. */
export type Format = (key: string, parameters: Parameters) => string | undefined;

/** The texts of a problem (RFC 9457): `title` says what happened, `detail` what to do (may be empty). */
export function problemText(
  { code, params = {} }: { code: string; params?: ProblemParams },
  format: Format,
  /** Where its words are; the problems in its parameters are always those of `problems`. */
  namespace: 'problems' | 'googleChecks' = 'problems',
): { title: string; detail: string } {
  const written = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? problemText(value, format).title : value,
    ]),
  );
  return {
    // A code of a newer or older server is shown as it is.
    title: format(`${namespace}.${code}.title`, written) ?? code,
    detail: format(`${namespace}.${code}.detail`, written) ?? '',
  };
}
