-- The answers to requests with an Idempotency-Key, for a day: a repeated request is answered by them and changes nothing.
create table idempotency_key (
  -- null: a request that belongs to no instance, such as the one that creates an instance
  instance_id uuid references instance on delete cascade,
  user_id uuid not null references users on delete cascade,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz not null default now(),
  committed boolean not null default false,
  status integer,
  media_type text,
  body text,
  body_kept boolean not null default true,
  primary key (user_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);
create index idempotency_key_instance on idempotency_key (instance_id) where body is not null or status is null;
alter table idempotency_key enable row level security;
create policy one_instance on idempotency_key to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, update on idempotency_key to postroom_app;
comment on column idempotency_key.fingerprint is 'SHA-256 of the method, the path and the body.';
comment on column idempotency_key.started_at is 'When the process that handles the request began.';
comment on column idempotency_key.committed is 'The request has changed something: set in the transaction of the change.';
comment on column idempotency_key.status is 'The HTTP status of the answer; null until there is one.';
comment on column idempotency_key.body_kept is
  'False: the body holds a secret that is shown once, or something was redacted since, so it is not stored.';
