-- A renamed account, and a cursor ahead of Gmail's, are found by reading the mailbox's profile now and then.
alter table mailbox add column profile_check_at timestamptz not null default now();
comment on column mailbox.profile_check_at is 'When its address and history id are next compared with Gmail''s.';

alter table message add column reaction text;
comment on column message.reaction is 'The emoji of a reaction to an earlier message; null for other mail.';
