/** The tables of mail. History ids are unsigned 64-bit integers, stored as 20 digits so that text order is numeric order. */
export const mailSql = `
  CREATE TABLE mailboxes (
    account TEXT PRIMARY KEY,
    history_id TEXT NOT NULL,
    history_from TEXT NOT NULL,
    marks_spam INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    history_id TEXT NOT NULL,
    internal_date INTEGER NOT NULL,
    rfc_message_id TEXT,
    subject TEXT NOT NULL,
    from_text TEXT NOT NULL,
    to_text TEXT NOT NULL,
    snippet TEXT NOT NULL,
    headers TEXT NOT NULL,
    size INTEGER NOT NULL,
    raw BLOB NOT NULL
  );
  CREATE UNIQUE INDEX messages_by_id ON messages (account, id);
  CREATE INDEX messages_by_thread ON messages (account, thread_id, internal_date);
  CREATE INDEX messages_by_rfc_id ON messages (account, rfc_message_id);
  CREATE INDEX messages_by_date ON messages (account, internal_date, id);
  CREATE TABLE labels (
    account TEXT NOT NULL,
    label TEXT NOT NULL,
    internal_date INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (account, label, internal_date, id)
  ) WITHOUT ROWID;
  CREATE INDEX labels_by_message ON labels (account, id);
  CREATE TABLE history (
    account TEXT NOT NULL,
    history_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    message_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    labels TEXT NOT NULL,
    all_labels TEXT NOT NULL,
    PRIMARY KEY (account, history_id)
  ) WITHOUT ROWID;
  CREATE TABLE drafts (
    account TEXT NOT NULL, id TEXT NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (account, id)
  ) WITHOUT ROWID;
  CREATE TABLE watches (
    account TEXT PRIMARY KEY, topic TEXT NOT NULL, labels TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE send_as (
    account TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'pending')),
    PRIMARY KEY (account, email)
  ) WITHOUT ROWID;
  CREATE TABLE sends (account TEXT NOT NULL, at INTEGER NOT NULL, recipients INTEGER NOT NULL);
  CREATE INDEX sends_by_account ON sends (account, at);
  CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'delivered', 'outside')),
    account TEXT,
    recipient TEXT,
    gmail_id TEXT,
    thread_id TEXT,
    rfc_message_id TEXT,
    subject TEXT NOT NULL,
    delivery TEXT,
    at INTEGER NOT NULL
  );
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`;
