const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;
const fullAccess = 'https://mail.google.com/';

/** The scopes Postroom needs; gmail.readonly covers history, watch and sendAs too. */
export const requiredScopes = [scope('gmail.readonly'), scope('gmail.send')] as const;

/** The scope of two-way sync (G2): it changes labels. Asked for only where an admin switches that on. */
export const modifyScope = scope('gmail.modify');

/** The scopes that allow the same as each required one, and more (docs/gmail.md, section 1). */
const wider: Record<(typeof requiredScopes)[number], string[]> = {
  [requiredScopes[0]]: [modifyScope, fullAccess],
  [requiredScopes[1]]: [scope('gmail.compose'), modifyScope, fullAccess],
};

/** The required scopes that a token response's `scope`, separated by spaces, does not cover. */
export function missingScopes(granted: string): string[] {
  const all = new Set(granted.split(' '));
  return requiredScopes.filter((one) => ![one, ...wider[one]!].some((covers) => all.has(covers)));
}

/** Whether a token response's `scope` allows changing labels. */
export function allowsModify(granted: string): boolean {
  const all = granted.split(' ');
  return all.includes(modifyScope) || all.includes(fullAccess);
}
