import type { GoogleAddresses, GoogleClientConfig } from '../config.ts';
import { type Channel, openPubSub, type PushTarget } from '../pubsub.ts';
import { checkChannel } from './check-channel.ts';
import { checkClient, checkReachability, checkRedirect, checkUrl } from './check-client.ts';
import { check, type SetUpCheck } from './set-up-check.ts';

/** What has worked since it was set up, which proves more than any request to Google. */
export type Evidence = { connected: boolean; notified: boolean; securityEvent: boolean };

export type SetUp = {
  /** null: no client is configured. */
  google: GoogleClientConfig | null;
  /** Google's endpoints, also while no client is configured. */
  addresses: GoogleAddresses;
  url: string;
  redirectUri: string;
  /** null: no topic is configured. */
  notifications: { channel: Channel; push: PushTarget | null } | null;
  evidence: Evidence;
};

const noEvidence: Evidence = { connected: false, notified: false, securityEvent: false };

/** Checks each step of setting Google up, as far as possible from here; read-only. */
export async function checkSetUp(setUp: SetUp): Promise<SetUpCheck[]> {
  const { google, addresses, notifications } = setUp;
  // Without a client, existing connections prove nothing about the next one.
  const evidence = google ? setUp.evidence : noEvidence;
  const [client, reach, redirect, channel] = await Promise.all([
    checkClient(google, setUp.redirectUri),
    checkReachability(addresses),
    checkRedirect(google, setUp.redirectUri, evidence.connected),
    checkChannel(openPubSub(addresses.pubsubRoot), notifications),
  ]);
  return [
    evidence.connected
      ? check('gmail-api', 'ok', 'An address is connected: the Gmail API is enabled.')
      : check(
          'gmail-api',
          'unseen',
          'Whether the Gmail API is enabled shows when the first address is connected.',
          'Look at APIs & Services > Enabled APIs & services: Gmail API must be there.',
        ),
    checkUrl(setUp.url),
    client,
    reach,
    redirect,
    evidence.connected
      ? check('scopes', 'ok', 'A connected address has given both permissions.')
      : check(
          'scopes',
          'unseen',
          'Google shows which permissions an app may ask for only when somebody signs in.',
          'Compare them with the list here. One that is missing there is told when the first address is connected.',
        ),
    check(
      'audience',
      'unseen',
      'Google does not tell from outside whether the app is Internal.',
      'Look at Google Auth Platform > Audience: it must say Internal.',
    ),
    ...channel,
    ...(notifications ? [checkNotifications(evidence)] : []),
    evidence.securityEvent
      ? check('security-events', 'ok', 'Google has sent a security event here.')
      : check(
          'security-events',
          'off',
          'Google has sent no security event here yet.',
          'Nothing needs doing: without them a lost access is noticed within a minute.',
        ),
  ];
}

function checkNotifications({ notified, connected }: Evidence): SetUpCheck {
  if (notified) return check('arriving', 'ok', 'Google announces the mail of a connected address.');
  return check(
    'arriving',
    'unseen',
    connected
      ? 'No announcement of Google’s counts at this moment.'
      : 'Announcements arrive once an address is connected.',
    connected
      ? 'Send a message to a connected address and check again. Until then Postroom looks for mail by itself.'
      : 'Connect an address, send it a message and check again.',
  );
}
