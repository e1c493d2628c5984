-- Addresses that are notified about events, by the Standard Webhooks scheme.
create table webhook (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  url text not null,
  description text not null,
  event_types text[] not null,
  secret text not null,
  former_secret text,
  former_secret_until timestamptz,
  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  last_seq bigint not null,
  failing_since timestamptz,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  primary key (instance_id, id)
);
comment on column webhook.secret is 'Signs what is sent; encrypted.';
comment on column webhook.former_secret is 'After a rotation it signs as well, until former_secret_until.';
comment on column webhook.state is 'paused: by an admin; disabled: by Postroom, after days of failure.';
comment on column webhook.last_seq is 'The last event whose delivery was written: the event log is the outbox.';
comment on column webhook.failing_since is 'The first failure since the last success.';

-- What is to be delivered, and the log of it.
create table webhook_delivery (
  instance_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  seq bigint,
  type text not null,
  data jsonb not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz default now(),
  leased_until timestamptz,
  last_attempt_at timestamptz,
  last_ms integer,
  last_status integer,
  problem jsonb,
  response text,
  primary key (instance_id, id),
  unique (instance_id, webhook_id, seq),
  foreign key (instance_id, webhook_id) references webhook (instance_id, id) on delete cascade
);
create index webhook_delivery_due on webhook_delivery (next_attempt_at) where state = 'pending';
create index webhook_delivery_log on webhook_delivery (instance_id, webhook_id, created_at desc, id desc);
create index webhook_delivery_age on webhook_delivery (created_at) where state <> 'pending';
comment on column webhook_delivery.seq is 'The event; null for a test.';
comment on column webhook_delivery.data is 'Ids, no content.';
comment on column webhook_delivery.leased_until is 'A process is delivering it; afterwards another one may.';
comment on column webhook_delivery.response is
  'The beginning of an answer that refused it; deleted when what the event is about is redacted or deleted.';

do $$ declare t text; begin
  foreach t in array array['webhook', 'webhook_delivery'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
