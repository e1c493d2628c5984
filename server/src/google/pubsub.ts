import type { AuthClient } from 'google-auth-library';
import { storedProblem } from '../problems.ts';
import { authLibrary, requestOptions } from './client.ts';
import { googleAddresses } from './config.ts';
import { failureOfThrown, type GoogleResult, responseOf, UnexpectedAnswer } from './errors.ts';
import { isHistoryId } from './history-id.ts';

/** A Pub/Sub message and the id to acknowledge it by. `notification` null: it is not one of Gmail's. */
export type ReceivedMessage = { ackId: string; notification: MailboxNotification | null };

/** Gmail's notification: the mailbox is now at this historyId (a decimal string). */
export type MailboxNotification = { emailAddress: string; historyId: string };

/** The topic Gmail publishes to and our subscription: full names (`projects/p/topics/t`). */
export type Channel = { topic: string; subscription: string };

/** The URL that Pub/Sub pushes to, and the service account of its tokens. */
export type PushTarget = { endpoint: string; serviceAccount: string };

/** Pub/Sub's REST API. */
export type PubSub = {
  request<T>(
    call: {
      method: 'GET' | 'PUT' | 'POST';
      path: string;
      body?: object;
      timeout?: number;
      signal?: AbortSignal;
    },
    read: (data: Record<string, unknown>) => T,
  ): Promise<GoogleResult<T>>;
};

/** Longer than Pub/Sub keeps a pull without messages open (ms). */
const pullTimeout = 120_000;

/**
 * Opens Pub/Sub with application default credentials (GOOGLE_APPLICATION_CREDENTIALS or the attached
 * service account; cloud.google.com/docs/authentication/application-default-credentials). Another server
 * than Google's gets no credentials, as Google's own emulator.
 */
export function openPubSub(root: string): PubSub {
  let client: Promise<AuthClient> | null = null;
  const open = async (): Promise<AuthClient> => {
    const { GoogleAuth, PassThroughClient } = authLibrary();
    if (root !== googleAddresses.pubsubRoot) return new PassThroughClient();
    return new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/pubsub'] }).getClient();
  };
  return {
    async request({ method, path, body, timeout = 15_000, signal }, read) {
      try {
        client ??= open();
        const authClient = await client;
        const url = new URL(`v1/${path}`, root).href;
        const { data } = await authClient.request({
          url,
          method,
          data: body,
          ...requestOptions(timeout, signal),
        });
        if (typeof data !== 'object' || data === null)
          throw new UnexpectedAnswer('Not a response of Pub/Sub');
        return { kind: 'ok', value: read(data as Record<string, unknown>) };
      } catch (error) {
        client = null;
        if (responseOf(error)?.status === 501) return notImplemented;
        if (/default credentials/i.test((error as Error).message)) return noCredentials;
        return failureOfThrown(error, 'pubsub', new Date());
      }
    },
  };
}

/** Waits for messages and returns up to a hundred. They are delivered again unless acknowledged within 60 s. */
export function pull(
  pubsub: PubSub,
  subscription: string,
  signal?: AbortSignal,
): Promise<GoogleResult<ReceivedMessage[]>> {
  return pubsub.request(
    {
      method: 'POST',
      path: `${subscription}:pull`,
      body: { maxMessages: 100 },
      timeout: pullTimeout,
      signal,
    },
    (data) => {
      const received = (data.receivedMessages ?? []) as Array<{
        ackId?: string;
        message?: { data?: string };
      }>;
      return received.flatMap(({ ackId, message }) =>
        ackId ? [{ ackId, notification: readNotification(message?.data ?? '') }] : [],
      );
    },
  );
}

/** Acknowledges messages, so that they are not delivered again. */
export function acknowledge(
  pubsub: PubSub,
  subscription: string,
  ackIds: string[],
): Promise<GoogleResult<null>> {
  const path = `${subscription}:acknowledge`;
  return pubsub.request({ method: 'POST', path, body: { ackIds } }, () => null);
}

/**
 * Parses the data of a Pub/Sub message: base64 or base64url of `{emailAddress, historyId}`, the latter a
 * number or a string (Gmail API, "Push notifications"). null for anything else, such as a history id of more than 64
 * bits.
 */
export function readNotification(data: string): MailboxNotification | null {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const emailAddress = /"emailAddress"\s*:\s*"([^"\\]+)"/.exec(text)?.[1];
  // Not JSON.parse: a historyId may be larger than a JavaScript number can represent.
  const historyId = /"historyId"\s*:\s*"?(\d+)"?/.exec(text)?.[1];
  return emailAddress && historyId && isHistoryId(historyId)
    ? { emailAddress: emailAddress.toLowerCase(), historyId }
    : null;
}

/** Gmail publishes as this account, which needs the role on the topic (Gmail API, "Push notifications"). */
const gmailPublisher = 'serviceAccount:gmail-api-push@system.gserviceaccount.com';
const publisherRole = 'roles/pubsub.publisher';

/**
 * Creates what does not exist yet: the topic, Gmail's permission to publish to it, and the subscription,
 * which never expires and pushes to `push`, or is pulled if that is null.
 */
export async function setUpChannel(
  pubsub: PubSub,
  { topic, subscription }: Channel,
  push: PushTarget | null,
): Promise<GoogleResult<null>> {
  const created = await ensureExists(pubsub, topic, {});
  if (created.kind !== 'ok') return created;
  const granted = await grantGmailPublish(pubsub, topic);
  if (granted.kind !== 'ok') return granted;
  return setUpSubscription(pubsub, { topic, subscription }, push);
}

/** Creates only the subscription, and sets where it pushes. */
export async function setUpSubscription(
  pubsub: PubSub,
  { topic, subscription }: Channel,
  push: PushTarget | null,
): Promise<GoogleResult<null>> {
  const pushConfig = push
    ? {
        pushEndpoint: push.endpoint,
        oidcToken: { serviceAccountEmail: push.serviceAccount, audience: push.endpoint },
      }
    : {};
  const desired = {
    topic,
    pushConfig,
    ackDeadlineSeconds: 60,
    // Older notifications are not needed: each mailbox is synced from its cursor after a restart.
    messageRetentionDuration: '3600s',
    // Without a ttl it never expires (docs/gmail.md, trap 7).
    expirationPolicy: {},
  };
  const ensured = await ensureExists(pubsub, subscription, desired);
  if (ensured.kind !== 'ok') return ensured;
  const { pushEndpoint = '' } = (ensured.value.pushConfig ?? {}) as { pushEndpoint?: string };
  if (pushEndpoint === (push?.endpoint ?? '')) return { kind: 'ok', value: null };
  return pubsub.request(
    { method: 'POST', path: `${subscription}:modifyPushConfig`, body: { pushConfig } },
    () => null,
  );
}

async function ensureExists(
  pubsub: PubSub,
  name: string,
  desired: object,
): Promise<GoogleResult<Record<string, unknown>>> {
  const found = await pubsub.request({ method: 'GET', path: name }, (data) => data);
  if (found.kind !== 'not-found') return found;
  const created = await pubsub.request({ method: 'PUT', path: name, body: desired }, (data) => data);
  // Another process may have created it between the two requests.
  return created.kind === 'ok' ? created : pubsub.request({ method: 'GET', path: name }, (data) => data);
}

type Policy = { bindings?: Array<{ role: string; members: string[] }>; etag?: string };

async function grantGmailPublish(pubsub: PubSub, topic: string): Promise<GoogleResult<null>> {
  const read = await policyOf(pubsub, topic);
  if (read === notImplemented) return { kind: 'ok', value: null };
  if (read.kind !== 'ok') return read;
  if (allowsGmailPublish(read.value)) return { kind: 'ok', value: null };
  const policy = {
    ...read.value,
    bindings: [...(read.value.bindings ?? []), { role: publisherRole, members: [gmailPublisher] }],
  };
  const set = await pubsub.request(
    { method: 'POST', path: `${topic}:setIamPolicy`, body: { policy } },
    () => null,
  );
  return set === notImplemented ? { kind: 'ok', value: null } : set;
}

/** Whether Gmail may publish to a topic; read-only. Without policies, as in Google's emulator, everybody may. */
export async function canGmailPublish(pubsub: PubSub, topic: string): Promise<GoogleResult<boolean>> {
  const read = await policyOf(pubsub, topic);
  if (read === notImplemented) return { kind: 'ok', value: true };
  return read.kind === 'ok' ? { kind: 'ok', value: allowsGmailPublish(read.value) } : read;
}

function policyOf(pubsub: PubSub, topic: string): Promise<GoogleResult<Policy>> {
  return pubsub.request({ method: 'GET', path: `${topic}:getIamPolicy` }, (data) => data as Policy);
}

function allowsGmailPublish({ bindings = [] }: Policy): boolean {
  return bindings.some(({ role, members }) => role === publisherRole && members.includes(gmailPublisher));
}

/** The gcloud commands that do the same, for somebody with the permissions. */
export function setUpCommands({ topic, subscription }: Channel, push: PushTarget | null): string[] {
  const [, project, , topicId] = topic.split('/');
  const id = subscription.split('/')[3];
  const pushFlags = push
    ? ` --push-endpoint=${push.endpoint} --push-auth-service-account=${push.serviceAccount} --push-auth-token-audience=${push.endpoint}`
    : '';
  return [
    `gcloud pubsub topics create ${topicId} --project=${project}`,
    `gcloud pubsub topics add-iam-policy-binding ${topicId} --project=${project} --member=${gmailPublisher} --role=${publisherRole}`,
    `gcloud pubsub subscriptions create ${id} --project=${project} --topic=${topicId} --ack-deadline=60 --expiration-period=never --message-retention-duration=1h${pushFlags}`,
  ];
}

/** The server does not have this method: Google's own Pub/Sub emulator knows no IAM (docs/gmail.md, section 7). */
const notImplemented: GoogleResult<never> = {
  kind: 'refused',
  problem: storedProblem('pubsub-method-missing'),
};
const noCredentials: GoogleResult<never> = {
  kind: 'refused',
  problem: storedProblem('no-credentials'),
};
