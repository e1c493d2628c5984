/** For a cause that may pass: see `isTemporary`. */
const reconnectsByItself =
  'The address then connects again by itself within the hour; Reconnect does it at once.';

/** Why a mailbox is disconnected from Google, each with what happened and what to do (C11). */
export const disconnections = {
  'access-ended': {
    sentence:
      "Google no longer accepts Postroom's access: it was removed in the Google account, the password was changed, or it expired.",
    remedy: 'Reconnect the address: an admin signs in to its Google account again.',
  },
  'testing-expired': {
    sentence:
      "Google ended Postroom's access seven days after it was given. It does so while the consent screen of the Google Cloud project is in Testing.",
    remedy:
      'Whoever runs Postroom publishes the app in the Google Cloud console (Google Auth Platform > Audience) or makes it Internal. Then reconnect the address.',
  },
  'account-closed': {
    sentence: 'The Google account was disabled or deleted.',
    remedy: `Have your Google Workspace administrator restore the account. ${reconnectsByItself}`,
  },
  'account-hijacked': {
    sentence: 'Google disabled the account, because somebody else may have got into it.',
    remedy: `Have your Google Workspace administrator secure and restore the account. ${reconnectsByItself}`,
  },
  'blocked-by-admin': {
    sentence: 'Your Google Workspace administrator does not allow Postroom to use Gmail.',
    remedy: `Have the administrator trust Postroom in the Google Admin console under Security > API controls. ${reconnectsByItself}`,
  },
  'sign-in-expired': {
    sentence: 'Your organisation asks people to sign in to Google again after a time, and that time is over.',
    remedy: 'Reconnect the address: an admin signs in to its Google account again.',
  },
  'permission-missing': {
    sentence: 'Postroom no longer has every permission it needs in this Google account.',
    remedy: 'Reconnect the address and leave every box ticked on the page of Google.',
  },
  'gmail-off': {
    sentence: 'Gmail is switched off for this Google account.',
    remedy: `Have your Google Workspace administrator switch Gmail on for the account. ${reconnectsByItself}`,
  },
  'gmail-api-off': {
    sentence: "The Gmail API is switched off in this deployment's Google Cloud project.",
    remedy: `Whoever runs Postroom switches the Gmail API on in the Google Cloud console. ${reconnectsByItself}`,
  },
  'client-refused': {
    sentence: 'Google does not accept the client id and secret of this Postroom.',
    remedy: `Whoever runs Postroom checks GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET. ${reconnectsByItself}`,
  },
  'tokens-unreadable': {
    sentence: "Postroom cannot read the access it keeps, because this deployment's secret was changed.",
    remedy:
      'Whoever runs Postroom gives the former POSTROOM_SECRET back, and the address connects by itself; or reconnect it.',
  },
  'tokens-missing': {
    sentence: 'Postroom keeps no access to this Google account.',
    remedy: 'Reconnect the address: an admin signs in to its Google account again.',
  },
} as const satisfies Record<string, { sentence: string; remedy: string }>;

export type Disconnection = keyof typeof disconnections;

const temporaryCodes: ReadonlySet<string> = new Set<Disconnection>([
  'account-closed',
  'account-hijacked',
  'blocked-by-admin',
  'gmail-off',
  'gmail-api-off',
  'client-refused',
  'tokens-unreadable',
]);

/** Whether the cause can pass without reconnecting. An invalid refresh token never becomes valid again. */
export function isTemporary(code: Disconnection): boolean {
  return temporaryCodes.has(code);
}
