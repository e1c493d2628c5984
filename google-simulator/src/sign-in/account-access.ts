import type { Account } from '../accounts.ts';
import { blockedByAdmin, consentedScopes } from '../grants.ts';
import type { Store } from '../store.ts';
import type { AuthorizationRequest, BlockedRequest } from './request.ts';

export const accountNotFound = blocked(400, 'invalid_request', 'There is no such account here.');

/** The error if this account may not use this app at all. */
export function blockReasonFor(
  store: Store,
  asked: AuthorizationRequest,
  account: Account,
): BlockedRequest | null {
  const { client, scopes } = asked;
  if (account.disabledAt !== null) {
    return blocked(403, 'account_disabled', `The account ${account.email} has been disabled.`);
  }
  if (client.internalTo !== null && account.hd !== client.internalTo) {
    const detail = `${client.name} can only be used within its organization (${client.internalTo}).`;
    return blocked(403, 'org_internal', detail);
  }
  if (client.testing && client.testUsers.length > 0 && !client.testUsers.includes(account.email)) {
    const detail = `${client.name} has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers.`;
    return blocked(403, 'access_denied', detail);
  }
  if (blockedByAdmin(store, account, scopes.join(' '))) {
    const detail = `Access to ${client.name} is blocked by your organization's administrator. Please contact the administrator of ${account.hd}.`;
    return blocked(400, 'admin_policy_enforced', detail);
  }
  return null;
}

/** Whether the account has already consented to every scope that this request asks for. */
export function hasConsented(store: Store, asked: AuthorizationRequest, account: Account): boolean {
  const before = new Set(consentedScopes(store, account.sub, asked.client.project));
  return asked.scopes.every((scope) => before.has(scope));
}

function blocked(status: number, error: string, detail: string): BlockedRequest {
  return { kind: 'blocked', status, error, detail };
}
