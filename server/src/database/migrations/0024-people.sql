-- People: two-factor sign-in, invitations, membership that can end, instances that are being deleted.

alter table users add two_factor_enabled boolean not null default false;
create table two_factor (
  id uuid primary key,
  user_id uuid not null unique references users on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default false,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);

-- How often something was tried; who tries too often waits (instances/limits.ts). Belongs to no instance.
create table attempt (
  key text primary key,
  count integer not null,
  resets_at timestamptz not null
);
create index attempt_resets_at on attempt (resets_at);

-- Set while a person has no access any more; the row stays, so that what they wrote keeps its name.
alter table membership add deactivated_at timestamptz;
-- Set from the order to delete until all of it is gone.
alter table instance add deleted_at timestamptz;

create table invitation (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  email text not null check (email = lower(email)),
  role text not null check (role in ('admin', 'agent')),
  -- SHA-256 of the token in the link
  token_hash text not null unique,
  invited_by uuid references users on delete set null,
  -- the address it was sent from; null: the link was to be handed over
  sent_from text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (instance_id, id)
);
create unique index invitation_open on invitation (instance_id, email) where accepted_at is null and revoked_at is null;

-- Mail of Postroom's own that left through a mailbox (invitations, password links): its copies are nobody's
-- conversation (inbound/store.ts).
create table account_mail (
  instance_id uuid not null references instance on delete cascade,
  id uuid not null,
  created_at timestamptz not null default now(),
  primary key (instance_id, id)
);

-- A link by which a password is set anew, once.
create table password_link (
  token_hash text primary key,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index password_link_user on password_link (user_id);

do $$ declare t text; begin
  foreach t in array array['invitation', 'account_mail'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
grant select (two_factor_enabled) on users to postroom_app;
