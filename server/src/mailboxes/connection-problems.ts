import type { GoogleFailure } from '../google/errors.ts';
import { createProblem, type Problem } from '../problems.ts';

/** Every reason why connecting an address is refused (C3, C5, C6, C12). */

export const linkUnknown = createProblem(400, 'sign-in-unknown');
export const linkUsed = createProblem(409, 'sign-in-already-used');
export const linkExpired = createProblem(410, 'sign-in-timed-out');
export const linkCancelled = createProblem(409, 'sign-in-cancelled');
export const otherBrowser = createProblem(403, 'other-browser');
export const notAdmin = createProblem(403, 'admins-only-connect');
const consentDenied = createProblem(403, 'consent-denied');
const unreachable = createProblem(503, 'connect-google-unreachable');
const blockedByAdmin = createProblem(403, 'connect-blocked-by-admin');
const outsideOrganisation = createProblem(403, 'outside-organization');

/** The permission of two-way sync was not given; the address stays connected as it was. */
export function twoWayDeclined(address: string): Problem {
  return createProblem(403, 'two-way-declined', { address });
}
export const twoWayDisconnected = createProblem(409, 'two-way-disconnected');

export function permissionsMissing(address: string, missingScopes: string[]): Problem {
  const send = missingScopes.some((scope) => scope.endsWith('.send'));
  const read = missingScopes.some((scope) => !scope.endsWith('.send'));
  const missing = read && send ? 'both' : read ? 'read' : 'send';
  return createProblem(403, 'permissions-missing', { missing, address });
}

export function consumerAccount(address: string): Problem {
  return createProblem(403, 'consumer-account', { address });
}

export function addressUnverified(address: string): Problem {
  return createProblem(403, 'address-unverified', { address });
}

export function noMailbox(address: string): Problem {
  return createProblem(403, 'no-mailbox', { address });
}

export function aliasOf(address: string, mailboxAddress: string): Problem {
  return createProblem(403, 'alias', { address, mailbox: mailboxAddress });
}

export function anotherAccount(address: string, expectedAddress: string): Problem {
  return createProblem(409, 'another-account', { address, wanted: expectedAddress });
}

export function alreadyConnected(address: string): Problem {
  return createProblem(409, 'already-connected', { address });
}

/**
 * `instance`: the name of the other instance, for its members only. Others are not told that it exists (C6).
 */
export function connectedElsewhere(address: string, instance: string | null): Problem {
  return instance === null
    ? createProblem(409, 'connected-elsewhere', { address })
    : createProblem(409, 'connected-in', { address, organization: instance });
}

/** The problem for a failure of Google while connecting. */
export function googleProblem(failure: GoogleFailure): Problem {
  switch (failure.kind) {
    case 'refused':
      return { status: 502, ...failure.problem };
    case 'disconnected': {
      if (failure.code === 'blocked-by-admin') return blockedByAdmin;
      return createProblem(502, failure.code);
    }
    case 'retry':
      if (failure.cause !== 'precondition') return unreachable;
      return createProblem(503, 'connect-refused-for-now', {
        message: failure.message ?? 'failedPrecondition',
      });
    default:
      return unreachable;
  }
}

/** The problem for the `error` of Google's redirect (RFC 6749 §4.1.2.1; docs/gmail.md, section 1). */
export function oauthErrorProblem(error: string): Problem {
  switch (error) {
    case 'access_denied':
      return consentDenied;
    case 'admin_policy_enforced':
      return blockedByAdmin;
    case 'org_internal':
      return outsideOrganisation;
    case 'server_error':
    case 'temporarily_unavailable':
      return googleProblem({ kind: 'retry', after: null, cause: 'google-busy', uncertain: false });
    default:
      return createProblem(502, 'sign-in-refused', { error: error.slice(0, 100) });
  }
}

export const googleNotConfigured = createProblem(503, 'google-not-configured');
export const noSuchConnection = createProblem(404, 'no-such-connection');
export const notAuthorised = createProblem(409, 'not-authorized');
export const connectionExpired = createProblem(410, 'connection-expired');
export const noSuchMailbox = createProblem(404, 'mailbox-not-found');
export const noSuchTemplate = createProblem(400, 'chosen-template-missing');
