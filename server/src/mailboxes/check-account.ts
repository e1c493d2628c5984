import type { GoogleResult } from '../google/errors.ts';
import type { AuthorizedAccount } from '../google/oauth.ts';
import type { Profile } from '../google/profile.ts';
import { allowsModify } from '../google/scopes.ts';
import type { Problem } from '../problems.ts';
import {
  addressUnverified,
  aliasOf,
  alreadyConnected,
  anotherAccount,
  connectedElsewhere,
  consumerAccount,
  googleProblem,
  noMailbox,
  permissionsMissing,
  twoWayDeclined,
} from './connection-problems.ts';

/** The facts about an account that signed in, from which check decides. */
export type AccountCandidate = {
  authorized: Pick<AuthorizedAccount, 'account' | 'missingScopes'> & { tokens: { scope: string } };
  profile: GoogleResult<Profile>;
  allowConsumerAccounts: boolean;
  instanceId: string;
  /** The instance in which the account is connected now; null if none. */
  connectedIn: string | null;
  /** The name of that instance, if the admin is a member of it. */
  connectedInName: string | null;
  /** Whether the permission of two-way sync was asked for, and nothing else. */
  twoWay: boolean;
  /** The mailbox to reconnect; null when an address is added. */
  reconnects: { googleSub: string; address: string } | null;
  /** Whether this instance's mailbox of the account, if any, is disconnected. */
  disconnectedHere: boolean;
};

/** The problem that keeps the account from being connected (C3, C5, C6, C12); null if there is none. */
export function accountProblem(candidate: AccountCandidate): Problem | null {
  const { authorized, profile, reconnects, connectedIn, instanceId } = candidate;
  const { account } = authorized;
  const address = account.email.toLowerCase();
  if (reconnects && reconnects.googleSub !== account.sub) return anotherAccount(address, reconnects.address);
  if (candidate.twoWay && !allowsModify(authorized.tokens.scope)) return twoWayDeclined(address);
  if (account.hostedDomain === null && !candidate.allowConsumerAccounts) return consumerAccount(address);
  if (!account.emailVerified) return addressUnverified(address);
  if (authorized.missingScopes.length > 0) return permissionsMissing(address, authorized.missingScopes);
  if (profile.kind === 'disconnected' && profile.code === 'gmail-disabled') return noMailbox(address);
  if (profile.kind === 'not-found') return noMailbox(address);
  if (profile.kind !== 'ok') return googleProblem(profile);
  const mailboxAddress = profile.value.address.toLowerCase();
  if (mailboxAddress !== address) return aliasOf(address, mailboxAddress);
  if (connectedIn !== null && connectedIn !== instanceId) {
    return connectedElsewhere(address, candidate.connectedInName);
  }
  if (connectedIn === instanceId && !reconnects && !candidate.disconnectedHere)
    return alreadyConnected(address);
  return null;
}
