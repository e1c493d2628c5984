/** Pub/Sub's tables. Times are milliseconds of the movable clock; names are full (`projects/p/topics/t`). */
export const pubsubSql = `
  CREATE TABLE topics (name TEXT PRIMARY KEY, labels TEXT NOT NULL, policy TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE subscriptions (
    name TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    ack_deadline_seconds INTEGER NOT NULL,
    push_config TEXT NOT NULL,
    labels TEXT NOT NULL,
    retention_ms INTEGER NOT NULL,
    expiration_ms INTEGER,
    active_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX subscriptions_by_topic ON subscriptions (topic);
  CREATE TABLE topic_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    data TEXT NOT NULL,
    attributes TEXT NOT NULL,
    published_at INTEGER NOT NULL
  );
  CREATE TABLE deliveries (
    subscription TEXT NOT NULL REFERENCES subscriptions (name) ON DELETE CASCADE,
    message_id INTEGER NOT NULL REFERENCES topic_messages (id) ON DELETE CASCADE,
    copy INTEGER NOT NULL,
    available_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    ack_id TEXT,
    PRIMARY KEY (subscription, message_id, copy)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_due ON deliveries (subscription, available_at);
  CREATE INDEX deliveries_by_message ON deliveries (message_id);
  CREATE UNIQUE INDEX deliveries_by_ack ON deliveries (ack_id);
  CREATE TABLE notified (email TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID`;
