import { isLoopback } from '../loopback.ts';
import type { Simulator } from '../simulator.ts';
import { alreadyExists, checkName, invalid, notFound } from './errors.ts';

export type PushConfig = {
  pushEndpoint?: string;
  attributes?: Record<string, string>;
  oidcToken?: { serviceAccountEmail: string; audience?: string };
};

/** As the REST API shows it. */
export type Subscription = {
  name: string;
  topic: string;
  pushConfig: PushConfig;
  ackDeadlineSeconds: number;
  messageRetentionDuration: string;
  /** Without ttl: never. */
  expirationPolicy: { ttl?: string };
  labels?: Record<string, string>;
  state: 'ACTIVE';
};

type Row = {
  name: string;
  topic: string;
  ack_deadline_seconds: number;
  push_config: string;
  labels: string;
  retention_ms: number;
  expiration_ms: number | null;
  active_at: number;
};

const day = 86_400_000;

export function createSubscription(
  simulator: Simulator,
  name: string,
  asked: Partial<Subscription>,
): Subscription {
  const { store, clock } = simulator;
  checkName(name);
  expireIdle(simulator);
  if (!asked.topic) throw invalid('A topic is required.');
  if (!store.get('SELECT name FROM topics WHERE name = ?', asked.topic)) throw notFound(asked.topic);
  const added = store.run(
    'INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    name,
    asked.topic,
    ackDeadline(asked.ackDeadlineSeconds),
    pushConfig(asked.pushConfig),
    JSON.stringify(asked.labels ?? {}),
    asked.messageRetentionDuration ? duration(asked.messageRetentionDuration) : 7 * day,
    expiration(asked.expirationPolicy),
    clock.now(),
  );
  if (added === 0) throw alreadyExists(name);
  return getSubscription(simulator, name);
}

/** A subscription; throws NOT_FOUND if there is none or it has expired. */
export function getSubscription(simulator: Simulator, name: string): Subscription {
  expireIdle(simulator);
  const row = simulator.store.get<Row>('SELECT * FROM subscriptions WHERE name = ?', name);
  if (!row) throw notFound(name);
  return subscriptionOf(row);
}

/** All of a project, or only those of one topic. */
export function listSubscriptions(
  simulator: Simulator,
  of: { project: string } | { topic: string },
): Subscription[] {
  expireIdle(simulator);
  const { store } = simulator;
  const rows =
    'topic' in of
      ? store.all<Row>('SELECT * FROM subscriptions WHERE topic = ? ORDER BY name', of.topic)
      : store.all<Row>(
          'SELECT * FROM subscriptions WHERE name LIKE ? ORDER BY name',
          `projects/${of.project}/subscriptions/%`,
        );
  return rows.map(subscriptionOf);
}

export function deleteSubscription(simulator: Simulator, name: string): void {
  getSubscription(simulator, name);
  simulator.store.run('DELETE FROM subscriptions WHERE name = ?', name);
}

/** Changes the named fields (`updateMask`, comma-separated). */
export function updateSubscription(
  simulator: Simulator,
  name: string,
  asked: Partial<Subscription>,
  updateMask: string,
): Subscription {
  const now = getSubscription(simulator, name);
  const changed: Partial<Subscription> = { ...now };
  for (const field of updateMask.split(',').map((path) => path.trim().split('.')[0])) {
    switch (field) {
      case 'ackDeadlineSeconds':
      case 'ack_deadline_seconds':
        changed.ackDeadlineSeconds = asked.ackDeadlineSeconds;
        break;
      case 'pushConfig':
      case 'push_config':
        changed.pushConfig = asked.pushConfig ?? {};
        break;
      case 'expirationPolicy':
      case 'expiration_policy':
        changed.expirationPolicy = asked.expirationPolicy;
        break;
      case 'labels':
        changed.labels = asked.labels;
        break;
      default:
        throw invalid(`Invalid update_mask provided in the UpdateSubscriptionRequest: ${field}.`);
    }
  }
  simulator.store.run(
    `UPDATE subscriptions SET ack_deadline_seconds = ?, push_config = ?, expiration_ms = ?, labels = ?
      WHERE name = ?`,
    ackDeadline(changed.ackDeadlineSeconds),
    pushConfig(changed.pushConfig),
    expiration(changed.expirationPolicy),
    JSON.stringify(changed.labels ?? {}),
    name,
  );
  simulator.wakeUps.emit('pubsub', name);
  return getSubscription(simulator, name);
}

/** Records that the subscription is in use, which restarts its expiration period. */
export function markActive({ store, clock }: Simulator, name: string): void {
  store.run('UPDATE subscriptions SET active_at = ? WHERE name = ?', clock.now(), name);
}

/** Deletes subscriptions not used for their ttl (31 days by default; docs/gmail.md, trap 7). */
export function expireIdle({ store, clock }: Simulator): void {
  store.run(
    'DELETE FROM subscriptions WHERE expiration_ms IS NOT NULL AND active_at + expiration_ms <= ?',
    clock.now(),
  );
}

function subscriptionOf(row: Row): Subscription {
  const labels = JSON.parse(row.labels);
  return {
    name: row.name,
    topic: row.topic,
    pushConfig: JSON.parse(row.push_config),
    ackDeadlineSeconds: row.ack_deadline_seconds,
    messageRetentionDuration: `${row.retention_ms / 1000}s`,
    expirationPolicy: row.expiration_ms === null ? {} : { ttl: `${row.expiration_ms / 1000}s` },
    ...(Object.keys(labels).length > 0 && { labels }),
    state: 'ACTIVE',
  };
}

function ackDeadline(seconds: number | undefined): number {
  if (!seconds) return 10;
  if (!Number.isInteger(seconds) || seconds < 10 || seconds > 600) {
    throw invalid(`Invalid ack deadline given (ack_deadline_secs=${seconds}). It must be 10 to 600 seconds.`);
  }
  return seconds;
}

/** Throws INVALID_ARGUMENT unless the endpoint is on this machine: the simulator sends nothing outside. */
function pushConfig(config: PushConfig | undefined): string {
  if (!config?.pushEndpoint) return '{}';
  const { pushEndpoint } = config;
  if (!URL.canParse(pushEndpoint) || !isLoopback(new URL(pushEndpoint).hostname)) {
    throw invalid(`The simulator pushes to this machine only (push_endpoint=${pushEndpoint}).`);
  }
  return JSON.stringify(config);
}

/** Absent: 31 days. Present without ttl: never. At least one day. */
function expiration(policy: { ttl?: string } | undefined): number | null {
  if (policy === undefined) return 31 * day;
  if (policy.ttl === undefined) return null;
  const ttl = duration(policy.ttl);
  if (ttl < day) throw invalid('The expiration policy ttl must be at least one day.');
  return ttl;
}

function duration(text: string): number {
  const seconds = /^(\d+)(?:\.\d+)?s$/.exec(text)?.[1];
  if (seconds === undefined) throw invalid(`Invalid duration: ${text}`);
  return Number(seconds) * 1000;
}
