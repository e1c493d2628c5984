import { disconnection, type GoogleFailure } from '../google/errors.ts';
import { createProblem, type Problem } from '../problems.ts';

/** Every reason why connecting an address is refused (C3, C5, C6, C12). */

const signInAgain = 'Go back to Postroom and sign in with Google again.';

export const linkUnknown = createProblem(
  400,
  'link-unknown',
  'This sign-in link is not known to Postroom.',
  signInAgain,
);
export const linkUsed = createProblem(
  409,
  'link-used',
  'This sign-in was already finished: its link works once.',
  signInAgain,
);
export const linkExpired = createProblem(
  410,
  'link-expired',
  'This sign-in took longer than ten minutes.',
  signInAgain,
);
export const linkCancelled = createProblem(
  409,
  'link-cancelled',
  'This sign-in was cancelled in Postroom.',
  signInAgain,
);
export const otherBrowser = createProblem(
  403,
  'other-browser',
  'This sign-in was started in another browser, or by someone else.',
  'Finish it there, or sign in to Postroom in this browser and start again.',
);
export const notAdmin = createProblem(
  403,
  'admins-only',
  'Only admins can connect an address, and you are not one any more.',
  'Ask an admin of this inbox.',
);
const consentDenied = createProblem(
  403,
  'consent-refused',
  'You did not allow Postroom to use the account, so nothing was connected.',
  'To connect it, sign in with Google again and choose Allow.',
);
const blockedByAdmin = createProblem(
  403,
  'blocked-by-admin',
  'Your Google Workspace administrator does not allow Postroom to use Gmail.',
  'Have the administrator trust Postroom in the Google Admin console under Security > API controls, then sign in again.',
);
const outsideOrganisation = createProblem(
  403,
  'outside-organisation',
  'This Postroom connects accounts of its own organisation only, and this account is of another.',
  'Sign in with an account of the organisation that runs this Postroom.',
);

export function permissionsMissing(address: string, missingScopes: string[]): Problem {
  const send = missingScopes.some((scope) => scope.endsWith('.send'));
  const read = missingScopes.some((scope) => !scope.endsWith('.send'));
  const permissions = [read && 'read mail', send && 'send mail'].filter(Boolean);
  const reasons = [
    read && 'Without reading, no customer message would arrive.',
    send && 'Without sending, no answer could leave.',
  ].filter(Boolean);
  return createProblem(
    403,
    'permissions-missing',
    `A permission was left unticked: Postroom may not ${permissions.join(' or ')} as ${address}.`,
    `${reasons.join(' ')} Sign in with Google again and leave every box ticked.`,
  );
}

export function consumerAccount(address: string): Problem {
  return createProblem(
    403,
    'consumer-account',
    `${address} is a personal Google account. Postroom connects Google Workspace mailboxes.`,
    "Sign in with an account of your company's Google Workspace.",
  );
}

export function addressUnverified(address: string): Problem {
  return createProblem(
    403,
    'address-unverified',
    `Google has not verified that ${address} belongs to this account.`,
    'Verify the address in the Google account, then sign in again.',
  );
}

export function noMailbox(address: string): Problem {
  return createProblem(
    403,
    'no-mailbox',
    `${address} has no Gmail mailbox of its own: it may be a Google Group, or Gmail is switched off for it.`,
    'Sign in with an account that has a mailbox. For a group, connect the account its mail goes to.',
  );
}

export function aliasOf(address: string, mailboxAddress: string): Problem {
  return createProblem(
    403,
    'alias',
    `${address} is an alias: its mail is in the mailbox ${mailboxAddress}.`,
    `Connect ${mailboxAddress} itself; what is sent to ${address} arrives with it.`,
  );
}

export function anotherAccount(address: string, expectedAddress: string): Problem {
  return createProblem(
    409,
    'another-account',
    `You signed in as ${address}, but this reconnects ${expectedAddress}.`,
    `Sign in as ${expectedAddress}. To connect ${address} as well, add it as an address of its own.`,
  );
}

export function alreadyConnected(address: string): Problem {
  return createProblem(
    409,
    'already-connected',
    `${address} is already connected here.`,
    'Nothing needs doing. To connect another address, sign in with its account.',
  );
}

/**
 * `instance`: the name of the other instance, for its members only. Others are not told that it exists (C6).
 */
export function connectedElsewhere(address: string, instance: string | null): Problem {
  return createProblem(
    409,
    'connected-elsewhere',
    instance === null
      ? `${address} is already connected to another instance of this Postroom.`
      : `${address} is already connected in ${instance}.`,
    'A Google account can be connected once. Delete the address there first, or connect another one.',
  );
}

/** The problem for a failure of Google while connecting. */
export function googleProblem(failure: GoogleFailure): Problem {
  switch (failure.kind) {
    case 'refused':
      return createProblem(502, failure.code, failure.sentence, failure.remedy);
    case 'disconnected': {
      if (failure.code === 'blocked-by-admin') return blockedByAdmin;
      const { code, sentence, remedy } = disconnection(failure.code);
      return createProblem(502, code, sentence, remedy);
    }
    default:
      return createProblem(
        503,
        'google-unreachable',
        'Google did not answer, so nothing was connected.',
        'Wait a minute, then sign in with Google again.',
      );
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
      return createProblem(
        502,
        'google-refused',
        `Google refused the sign-in: ${error.slice(0, 100)}.`,
        signInAgain,
      );
  }
}

export const googleNotConfigured = createProblem(
  503,
  'google-not-configured',
  'This Postroom has no Google client yet, so no address can be connected.',
  'Apps > Email > Set up Google shows how to make one; whoever runs Postroom sets GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.',
);
export const noSuchConnection = createProblem(
  404,
  'not-found',
  'This sign-in does not exist, or is not yours.',
  signInAgain,
);
export const notAuthorised = createProblem(
  409,
  'not-authorised',
  'Google has not allowed this connection, or it was already saved or cancelled.',
  signInAgain,
);
export const connectionExpired = createProblem(
  410,
  'connection-expired',
  'The settings were not saved in time, so the access was given back to Google.',
  signInAgain,
);
export const noSuchMailbox = createProblem(
  404,
  'not-found',
  'This address is not connected here.',
  'Reload the page.',
);
export const noSuchTemplate = createProblem(
  400,
  'no-such-template',
  'The chosen template does not exist any more.',
  'Choose another one.',
);
