-- Accounts at Google, or at another OpenID Connect provider, with which people sign in. No token of the provider is kept.
create table sign_in_identity (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('google', 'oidc')),
  issuer text not null,
  subject text not null check (length(subject) between 1 and 255),
  email text,
  hosted_domain text,
  linked_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  revoked_by_us_at timestamptz,
  unique (issuer, subject),
  unique (user_id, issuer)
);
comment on column sign_in_identity.subject is 'The sub of id_tokens: it never changes and is never given to another person; the address may be.';
comment on column sign_in_identity.hosted_domain is 'The Google Workspace domain (hd) at the last sign-in; null for a consumer account and other providers.';
comment on column sign_in_identity.revoked_by_us_at is 'When a mailbox of this Google account was deleted here, which revokes every grant of the account to this project.';

-- How a session was begun; null: with a password.
alter table session add column identity_id uuid references sign_in_identity on delete set null;
create index session_identity on session (identity_id) where identity_id is not null;

-- What members must sign in with; null: whatever they have. Empty domains: any account they have linked.
alter table instance_setting
  add column required_sign_in text check (required_sign_in in ('google', 'oidc')),
  add column sign_in_domains text[] not null default '{}';
