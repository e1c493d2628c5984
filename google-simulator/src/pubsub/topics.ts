import { createHash } from 'node:crypto';
import { readSetting, writeSetting } from '../settings.ts';
import type { Simulator } from '../simulator.ts';
import { alreadyExists, checkName, invalid, notFound, PubSubError } from './errors.ts';

/** Gmail's service account; the topic's policy must allow it to publish (docs/gmail.md, section 2). */
export const gmailPublisher = 'serviceAccount:gmail-api-push@system.gserviceaccount.com';

export type Policy = { version: number; etag: string; bindings: { role: string; members: string[] }[] };
type Row = { name: string; labels: string; policy: string };
type Topic = { name: string; labels?: Record<string, string> };

function topicOf(row: Row): Topic {
  const labels = JSON.parse(row.labels);
  return { name: row.name, ...(Object.keys(labels).length > 0 && { labels }) };
}

export function createTopic({ store }: Simulator, name: string, labels: Record<string, string> = {}): Topic {
  checkName(name);
  const added = store.run(
    `INSERT INTO topics VALUES (?, ?, '[]') ON CONFLICT DO NOTHING`,
    name,
    JSON.stringify(labels),
  );
  if (added === 0) throw alreadyExists(name);
  return topicOf(rowOf({ store }, name));
}

export function getTopic(simulator: Simulator, name: string): Topic {
  return topicOf(rowOf(simulator, name));
}

export function listTopics({ store }: Simulator, project: string): Topic[] {
  return store
    .all<Row>('SELECT * FROM topics WHERE name LIKE ? ORDER BY name', `projects/${project}/topics/%`)
    .map(topicOf);
}

/** Deletes a topic; its subscriptions remain with the topic `_deleted-topic_`. */
export function deleteTopic(simulator: Simulator, name: string): void {
  rowOf(simulator, name);
  simulator.store.transaction(() => {
    simulator.store.run('DELETE FROM topics WHERE name = ?', name);
    simulator.store.run(`UPDATE subscriptions SET topic = '_deleted-topic_' WHERE topic = ?`, name);
  });
}

export function getPolicy(simulator: Simulator, name: string): Policy {
  const { policy } = rowOf(simulator, name);
  const etag = createHash('sha256').update(policy).digest('base64').slice(0, 11);
  return { version: 1, etag: `${etag}=`, bindings: JSON.parse(policy) };
}

/** Replaces the policy; throws ABORTED if `etag` is outdated, because another change came between. */
export function setPolicy(simulator: Simulator, name: string, policy: Partial<Policy> | undefined): Policy {
  const present = getPolicy(simulator, name);
  if (!policy) throw invalid('A policy is required.');
  if (policy.etag && policy.etag !== present.etag) {
    throw new PubSubError(409, 'ABORTED', 'There were concurrent policy changes. Please retry.');
  }
  const bindings = policy.bindings ?? [];
  simulator.store.run('UPDATE topics SET policy = ? WHERE name = ?', JSON.stringify(bindings), name);
  return getPolicy(simulator, name);
}

const iamSetting = 'pubsub-iam';

/** Whether topics have policies. Google's emulator has none, and anyone may publish. */
export function hasIam(simulator: Simulator): boolean {
  return readSetting(simulator, iamSetting) !== 'off';
}

export function setIam(simulator: Simulator, iam: boolean): void {
  writeSetting(simulator, iamSetting, iam ? null : 'off');
}

/** Whether Gmail may publish to this topic; `users.watch` checks it first. */
export function gmailMayPublish(simulator: Simulator, name: string): 'yes' | 'no-topic' | 'not-allowed' {
  const row = simulator.store.get<Row>('SELECT * FROM topics WHERE name = ?', name);
  if (!row) return 'no-topic';
  if (!hasIam(simulator)) return 'yes';
  const bindings: Policy['bindings'] = JSON.parse(row.policy);
  const allowed = bindings.some(
    ({ role, members }) =>
      ['roles/pubsub.publisher', 'roles/pubsub.editor', 'roles/pubsub.admin'].includes(role) &&
      (members.includes(gmailPublisher) || members.includes('allUsers')),
  );
  return allowed ? 'yes' : 'not-allowed';
}

function rowOf({ store }: Pick<Simulator, 'store'>, name: string): Row {
  const row = store.get<Row>('SELECT * FROM topics WHERE name = ?', name);
  if (!row) throw notFound(name);
  return row;
}
