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
      ? check('gmail-api', 'ok', 'gmail-api-enabled')
      : check('gmail-api', 'unknown', 'gmail-api-unknown'),
    checkUrl(setUp.url),
    client,
    reach,
    redirect,
    evidence.connected ? check('scopes', 'ok', 'scopes-given') : check('scopes', 'unknown', 'scopes-unknown'),
    check('audience', 'unknown', 'audience-unknown'),
    ...channel,
    ...(notifications ? [checkNotifications(evidence)] : []),
    evidence.securityEvent
      ? check('security-events', 'ok', 'security-events-arrive')
      : check('security-events', 'not-configured', 'security-events-none'),
  ];
}

function checkNotifications({ notified, connected }: Evidence): SetUpCheck {
  if (notified) return check('notifications', 'ok', 'notifications-arrive');
  return check(
    'notifications',
    'unknown',
    connected ? 'notifications-none' : 'notifications-without-mailbox',
  );
}
