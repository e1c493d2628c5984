import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { type Account, recordSignIn } from '../instances/account-audit.ts';
import { acceptInvitation, invitationOf, joinByInvitation } from '../instances/invitations.ts';
import type { SignIn } from '../instances/sign-in.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { linkIdentity, noteUse, ownerOf } from './identities.ts';
import type { Provider, ProviderAccount } from './provider.ts';

export type IdentityDeps = { deployment: Deployment; database: Database; signIn: SignIn };

/** Who signs in, and the identity that their session is begun with. */
export type SignedIn = { user: Account; identityId: string };

/** Refuses accounts that no one may use here, whatever they are linked to. */
export function assertUsable({ config }: Provider, account: ProviderAccount): void {
  if (config.workspaceOnly && account.hostedDomain === null) {
    throw new ProblemError(createProblem(403, 'sign-in-needs-workspace', { email: account.email ?? '' }));
  }
}

/** Signs a person in who has linked this account. An address that is somebody's here opens nothing. */
export async function signInWithProvider(
  { deployment }: IdentityDeps,
  provider: Provider,
  account: ProviderAccount,
): Promise<SignedIn> {
  const owner = await ownerOf(deployment.sql, account);
  if (!owner) throw new ProblemError(notLinked(provider, account));
  await noteUse(deployment.sql, owner.identityId, account);
  return owner;
}

/**
 * Accepts an invitation with a provider's account whose verified address is the invited one. Somebody new gets an
 * account without a password; an account that exists is joined only where it is linked already.
 */
export async function acceptWithProvider(
  deps: IdentityDeps,
  provider: Provider,
  { account, token, ip }: { account: ProviderAccount; token: string; ip: string },
): Promise<SignedIn & { slug: string }> {
  const invitation = await invitationOf(deps.deployment, token);
  const { email } = invitation;
  if (account.email !== email || !account.emailVerified) {
    throw new ProblemError(
      createProblem(403, 'provider-other-address', { email, account: account.email ?? '' }),
    );
  }
  const owner = await ownerOf(deps.deployment.sql, account);
  if (owner) {
    const actor = { ...owner.user, ipAddress: ip };
    const { slug } = await joinByInvitation(deps, token, actor);
    await noteUse(deps.deployment.sql, owner.identityId, account);
    return { ...owner, slug };
  }
  if (invitation.hasAccount) throw new ProblemError(notLinked(provider, account));
  let identityId: string | null = null;
  const name = account.name ?? email.slice(0, email.indexOf('@'));
  const { slug, userId } = await acceptInvitation(deps, {
    token,
    name: name.slice(0, 100),
    password: null,
    ipAddress: ip,
    async onCreated(sql, userId) {
      identityId = await linkIdentity(sql, { userId, provider: provider.config.id, account });
      if (!identityId)
        throw new ProblemError(createProblem(409, 'identity-taken', { provider: provider.config.name }));
    },
  });
  return { user: { id: userId, name, email }, identityId: identityId!, slug };
}

/** Records in each of the person's organizations that they signed in with a provider. */
export async function recordProviderSignIn(
  deps: IdentityDeps,
  provider: Provider,
  user: Account,
  ip: string,
): Promise<void> {
  await recordSignIn(deps, user, { action: 'user.signed-in', ip, provider: provider.config.name });
}

function notLinked({ config }: Provider, { email }: ProviderAccount) {
  return createProblem(403, 'provider-account-not-linked', { provider: config.name, account: email ?? '' });
}
