-- Web Push (RFC 8030): notifications shown by a browser while no page of Postroom is open.

-- The key that push services know this deployment by (VAPID, RFC 8292): made at first use.
create table push_key (
  one boolean primary key default true check (one),
  public_key text not null,
  sealed_private_key text not null
);

-- A browser in which a member wants them. It ends with the session that asked for it, however that ends.
create table push_subscription (
  instance_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  session_id uuid not null references session on delete cascade,
  endpoint_hash text not null,
  sealed text not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, id),
  unique (instance_id, endpoint_hash),
  foreign key (instance_id, user_id) references membership on delete cascade
);
create index push_subscription_user on push_subscription (instance_id, user_id);
create index push_subscription_session on push_subscription (session_id);
create index push_subscription_endpoint on push_subscription (endpoint_hash);
alter table push_subscription enable row level security;
create policy one_instance on push_subscription to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on push_subscription to postroom_app;
comment on column push_subscription.endpoint_hash is 'SHA-256 of the endpoint, base64url.';
comment on column push_subscription.sealed is 'The endpoint and the keys of the browser as JSON, encrypted (google/seal.ts).';

-- A notification that is still to be sent to a browser.
create table push_delivery (
  instance_id uuid not null,
  notification_id uuid not null,
  subscription_id uuid not null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  primary key (instance_id, notification_id, subscription_id),
  foreign key (instance_id, notification_id) references notification on delete cascade,
  foreign key (instance_id, subscription_id) references push_subscription on delete cascade
);
create index push_delivery_due on push_delivery (due_at);
create index push_delivery_subscription on push_delivery (instance_id, subscription_id);
alter table push_delivery enable row level security;
create policy one_instance on push_delivery to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on push_delivery to postroom_app;
comment on column push_delivery.due_at is 'While it is being sent, when another process may take it.';

-- Whoever loses access gets nothing more, and asks again when they get it back.
create function end_push() returns trigger language plpgsql as $$
begin
  delete from push_subscription where instance_id = new.instance_id and user_id = new.user_id;
  return null;
end $$;
create trigger membership_end_push after update of deactivated_at on membership
  for each row when (new.deactivated_at is not null) execute function end_push();
