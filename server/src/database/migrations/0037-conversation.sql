-- Counts people's changes of a conversation, so that two of them do not overwrite each other unseen.
alter table conversation
  add version integer not null default 1,
  add changed_by uuid references users on delete set null;

-- What people did with a conversation, as its timeline shows it: ids only.
create table conversation_event (
  instance_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  kind text not null check (kind in ('done', 'reopened', 'snoozed', 'woken', 'assigned', 'unassigned', 'merged', 'unmerged', 'split', 'moved')),
  -- null: nobody did it, its time had come
  actor_id uuid references users on delete set null,
  -- of assigned: to whom
  assignee_id uuid references users on delete set null,
  -- of merged, unmerged and split: the other conversation
  other_id uuid,
  -- of snoozed: until when
  until timestamptz,
  at timestamptz not null,
  primary key (instance_id, id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
create index conversation_event_timeline on conversation_event (instance_id, conversation_id, at);

-- Who looks at a conversation; a page that is gone stops saying so.
create table presence (
  instance_id uuid not null,
  conversation_id uuid not null,
  user_id uuid not null references users on delete cascade,
  seen_at timestamptz not null,
  primary key (instance_id, conversation_id, user_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);

-- Colleagues named in notes.
create table mention (
  instance_id uuid not null,
  user_id uuid not null references users on delete cascade,
  message_id uuid not null,
  conversation_id uuid not null,
  at timestamptz not null,
  primary key (instance_id, user_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade,
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
create index mention_of_user on mention (instance_id, user_id, conversation_id);
create index mention_conversation on mention (instance_id, conversation_id);
create index mention_message on mention (instance_id, message_id);

do $$ declare t text; begin
  foreach t in array array['conversation_event', 'presence', 'mention'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_instance on %I to postroom_app using (instance_id = current_instance()) with check (instance_id = current_instance())', t);
    execute format('grant select, insert, update, delete on %I to postroom_app', t);
  end loop;
end $$;
