import { recordSignIn } from '../instances/account-audit.ts';
import { createPasswordLinkByOperator } from '../instances/password-links.ts';
import type { DatabaseContext } from './command-context.ts';

/**
 * Prints a link with which the user of an address sets a new password: valid once, for an hour. Earlier links
 * become invalid. `twoFactor` turns the second step off as well. Returns whether there is such a user.
 */
export async function resetPassword(
  { deployment, database }: Pick<DatabaseContext, 'deployment' | 'database'>,
  { email, twoFactor, url }: { email: string; twoFactor: boolean; url: string },
  print: (line: string) => void,
): Promise<boolean> {
  const link = await createPasswordLinkByOperator(deployment, { email, twoFactor, now: new Date() });
  if (!link) {
    print(`No user has the address ${email}.`);
    return false;
  }
  const { account, token, expiresAt, twoFactorOff } = link;
  const record = (action: 'user.password-link-created' | 'user.two-factor-reset') =>
    recordSignIn({ deployment, database }, account, { action, ip: null, by: 'operator' });
  await record('user.password-link-created');
  if (twoFactorOff) await record('user.two-factor-reset');
  const until = expiresAt.toTimeString().slice(0, 5);
  print(`Give this link to ${account.name} <${account.email}>, and to nobody else.`);
  print(`It sets a new password, once, until ${until}:\n  ${url}/password/${token}`);
  if (twoFactor) print(twoFactorOff ? 'The second step is off.' : 'The second step was off already.');
  return true;
}
