import { type StoredProblem, storedProblem } from '../../problems.ts';
import type { GoogleFailure } from '../errors.ts';
import { type Channel, canGmailPublish, type PubSub, type PushTarget, setUpCommands } from '../pubsub.ts';
import { check, type SetUpCheck } from './set-up-check.ts';

/** Checks topic, Gmail's permission to publish, and subscription with pull or push; read-only. */
export async function checkChannel(
  pubsub: PubSub,
  notifications: { channel: Channel; push: PushTarget | null } | null,
): Promise<SetUpCheck[]> {
  if (!notifications) {
    return [check('topic', 'not-configured', 'topic-unset')];
  }
  const { channel, push } = notifications;
  const [createTopic, grantPublish, createSubscription] = setUpCommands(channel, push) as [
    string,
    string,
    string,
  ];
  const get = (path: string) => pubsub.request({ method: 'GET', path }, (data) => data);
  const topic = await get(channel.topic);
  if (topic.kind === 'refused' && topic.problem.code === 'no-credentials') {
    return [check('credentials', 'missing', 'credentials-missing')];
  }
  const checks: SetUpCheck[] = [];
  if (topic.kind === 'ok') checks.push(check('topic', 'ok', 'topic-exists', { topic: channel.topic }));
  else if (topic.kind === 'not-found') {
    checks.push(check('topic', 'missing', 'topic-missing', { topic: channel.topic, command: createTopic }));
  } else {
    checks.push(
      check('topic', 'unknown', 'topic-unknown', { reason: reasonOf(topic), command: createTopic }),
    );
  }
  if (topic.kind !== 'not-found') {
    const publishAllowed = await canGmailPublish(pubsub, channel.topic);
    if (publishAllowed.kind !== 'ok') {
      checks.push(
        check('publisher', 'unknown', 'publisher-unknown', {
          reason: reasonOf(publishAllowed),
          command: grantPublish,
        }),
      );
    } else if (publishAllowed.value) checks.push(check('publisher', 'ok', 'publisher-allowed'));
    else {
      checks.push(check('publisher', 'missing', 'publisher-missing', { command: grantPublish }));
    }
  }
  const subscription = await get(channel.subscription);
  if (subscription.kind === 'not-found') {
    checks.push(
      check('subscription', 'missing', 'subscription-missing', {
        subscription: channel.subscription,
        command: createSubscription,
      }),
    );
  } else if (subscription.kind !== 'ok') {
    checks.push(
      check('subscription', 'unknown', 'subscription-unknown', {
        reason: reasonOf(subscription),
        command: createSubscription,
      }),
    );
  } else {
    checks.push(checkTopic(subscription.value, channel), checkPushConfig(subscription.value, channel, push));
  }
  return checks;
}

function checkTopic(subscription: Record<string, unknown>, channel: Channel): SetUpCheck {
  if (subscription.topic === channel.topic) {
    return check('subscription', 'ok', 'subscription-exists', { subscription: channel.subscription });
  }
  return check('subscription', 'wrong', 'subscription-of-another-topic', {
    subscription: channel.subscription,
    topic: String(subscription.topic),
  });
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
  const id = channel.subscription.split('/')[3];
  const project = channel.subscription.split('/')[1];
  const modify = `gcloud pubsub subscriptions modify-push-config ${id} --project=${project}`;
  if (!push) {
    return pushEndpoint === ''
      ? check('push', 'ok', 'push-pulled')
      : check('push', 'wrong', 'push-unwanted', {
          endpoint: pushEndpoint,
          command: `${modify} --push-endpoint=`,
        });
  }
  if (
    !push.endpoint.startsWith('https://') &&
    !/^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(push.endpoint)
  ) {
    return check('push', 'wrong', 'push-not-https', { endpoint: push.endpoint });
  }
  if (pushEndpoint === push.endpoint && oidcToken?.serviceAccountEmail === push.serviceAccount) {
    return check('push', 'ok', 'push-works', { endpoint: push.endpoint, account: push.serviceAccount });
  }
  const command = `${modify} --push-endpoint=${push.endpoint} --push-auth-service-account=${push.serviceAccount} --push-auth-token-audience=${push.endpoint}`;
  if (pushEndpoint === '') return check('push', 'wrong', 'push-missing', { command });
  const account = oidcToken?.serviceAccountEmail;
  return account
    ? check('push', 'wrong', 'push-elsewhere', { endpoint: pushEndpoint, account, command })
    : check('push', 'wrong', 'push-unsigned', { endpoint: pushEndpoint, command });
}

function reasonOf(failure: GoogleFailure): StoredProblem {
  return failure.kind === 'refused' ? failure.problem : storedProblem('pubsub-unreachable');
}
