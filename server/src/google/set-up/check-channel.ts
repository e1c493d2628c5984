import type { GoogleFailure } from '../errors.ts';
import { type Channel, canGmailPublish, type PubSub, type PushTarget, setUpCommands } from '../pubsub.ts';
import { check, type SetUpCheck } from './set-up-check.ts';

/** Checks topic, Gmail's permission to publish, and subscription with pull or push; read-only. */
export async function checkChannel(
  pubsub: PubSub,
  notifications: { channel: Channel; push: PushTarget | null } | null,
): Promise<SetUpCheck[]> {
  if (!notifications) {
    return [
      check(
        'topic',
        'off',
        'GOOGLE_PUBSUB_TOPIC is not set: Postroom looks for new mail by itself, every second to three.',
        'To have mail here in a fraction of a second, set it as described here and start Postroom again.',
      ),
    ];
  }
  const { channel, push } = notifications;
  const [createTopic, grantPublish, createSubscription] = setUpCommands(channel, push) as [
    string,
    string,
    string,
  ];
  const get = (path: string) => pubsub.request({ method: 'GET', path }, (data) => data);
  const topic = await get(channel.topic);
  if (topic.kind === 'refused' && topic.code === 'no-credentials') {
    return [check('credentials', 'missing', topic.sentence, topic.remedy)];
  }
  const checks: SetUpCheck[] = [];
  if (topic.kind === 'ok') checks.push(check('topic', 'ok', `The topic ${channel.topic} is there.`));
  else if (topic.kind === 'not-found') {
    checks.push(check('topic', 'missing', `There is no topic ${channel.topic}.`, runCommand(createTopic)));
  } else {
    checks.push(
      check(
        'topic',
        'unseen',
        `Whether the topic is there could not be seen. ${failureText(topic)}`,
        runCommand(createTopic),
      ),
    );
  }
  if (topic.kind !== 'not-found') {
    const publishAllowed = await canGmailPublish(pubsub, channel.topic);
    if (publishAllowed.kind !== 'ok') {
      checks.push(
        check(
          'publisher',
          'unseen',
          `Who may publish could not be seen. ${failureText(publishAllowed)}`,
          runCommand(grantPublish),
        ),
      );
    } else if (publishAllowed.value) checks.push(check('publisher', 'ok', 'Gmail may publish to the topic.'));
    else {
      checks.push(
        check(
          'publisher',
          'missing',
          'Gmail may not publish to the topic.',
          `${runCommand(grantPublish)} If your organisation restricts sharing by domain, its policy must let gmail-api-push@system.gserviceaccount.com through.`,
        ),
      );
    }
  }
  const subscription = await get(channel.subscription);
  if (subscription.kind === 'not-found') {
    const missingText = `There is no subscription ${channel.subscription}.`;
    checks.push(check('subscription', 'missing', missingText, runCommand(createSubscription)));
  } else if (subscription.kind !== 'ok') {
    const unknownText = `Whether the subscription is there could not be seen. ${failureText(subscription)}`;
    checks.push(check('subscription', 'unseen', unknownText, runCommand(createSubscription)));
  } else {
    checks.push(checkTopic(subscription.value, channel), checkPushConfig(subscription.value, channel, push));
  }
  return checks;
}

function checkTopic(subscription: Record<string, unknown>, channel: Channel): SetUpCheck {
  if (subscription.topic === channel.topic) {
    return check('subscription', 'ok', `The subscription ${channel.subscription} is there.`);
  }
  return check(
    'subscription',
    'wrong',
    `The subscription ${channel.subscription} belongs to another topic, ${String(subscription.topic)}.`,
    'Delete it, or name another one in GOOGLE_PUBSUB_SUBSCRIPTION, and start Postroom again, which makes it.',
  );
}

function checkPushConfig(
  subscription: Record<string, unknown>,
  channel: Channel,
  push: PushTarget | null,
): SetUpCheck {
  const { pushEndpoint = '', oidcToken } = (subscription.pushConfig ?? {}) as {
    pushEndpoint?: string;
    oidcToken?: { serviceAccountEmail?: string };
  };
  const restartText = 'Start Postroom again, which mends it where it may; or run: ';
  const id = channel.subscription.split('/')[3];
  const project = channel.subscription.split('/')[1];
  const modify = `gcloud pubsub subscriptions modify-push-config ${id} --project=${project}`;
  if (!push) {
    return pushEndpoint === ''
      ? check('push', 'ok', 'Postroom pulls what is announced; no address need be open to Google.')
      : check(
          'push',
          'wrong',
          `The subscription pushes to ${pushEndpoint}, so it cannot be pulled.`,
          `${restartText}${modify} --push-endpoint=`,
        );
  }
  if (
    !push.endpoint.startsWith('https://') &&
    !/^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(push.endpoint)
  ) {
    return check(
      'push',
      'wrong',
      `Pub/Sub pushes only to https addresses, not to ${push.endpoint}.`,
      'Set POSTROOM_URL to the https address, or remove GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT, so that Postroom pulls. Then start it again.',
    );
  }
  if (pushEndpoint === push.endpoint && oidcToken?.serviceAccountEmail === push.serviceAccount) {
    return check('push', 'ok', `Pub/Sub pushes to ${push.endpoint}, signed as ${push.serviceAccount}.`);
  }
  return check(
    'push',
    'wrong',
    pushEndpoint === ''
      ? 'The subscription waits to be pulled, but Postroom is set to be pushed to.'
      : `The subscription pushes to ${pushEndpoint}, signed as ${oidcToken?.serviceAccountEmail ?? 'nobody'}.`,
    `${restartText}${modify} --push-endpoint=${push.endpoint} --push-auth-service-account=${push.serviceAccount} --push-auth-token-audience=${push.endpoint}`,
  );
}

function runCommand(command: string): string {
  return `Run: ${command}`;
}

function failureText(failure: GoogleFailure): string {
  if (failure.kind === 'refused') return failure.sentence;
  return 'Google Cloud Pub/Sub did not answer.';
}
