-- Older mail that an import brought in (0092) is not counted.
alter table message add column imported boolean not null default false;
comment on column message.imported is 'Older mail, stored by an import (G1) and not by itself; reports do not count it.';

-- What reports count (docs/reports.md): one row for each message that a customer or a person of ours wrote, and for
-- each time a conversation was done. The triggers below keep it in the transaction of each change.
create table report_fact (
  instance_id uuid not null,
  -- the id of the message, or of the event
  item_id uuid not null,
  conversation_id uuid not null,
  kind text not null check (kind in ('arrival', 'sent', 'done')),
  mailbox_id uuid,
  -- who wrote it or set it done
  user_id uuid,
  at timestamptz not null,
  waiting_since timestamptz,
  first_response boolean not null default false,
  primary key (instance_id, item_id),
  foreign key (instance_id, conversation_id) references conversation (instance_id, id) on delete cascade
);
comment on column report_fact.waiting_since is
  'When the wait began that this message or event ended; null if the customer was not waiting.';
create index report_fact_period on report_fact (instance_id, at);
create index report_fact_conversation on report_fact (instance_id, conversation_id, at);
alter table report_fact enable row level security;
create policy one_instance on report_fact to postroom_app
  using (instance_id = current_setting('postroom.instance')::uuid);
grant select, insert, update, delete on report_fact to postroom_app;

-- Counts these conversations from their messages and events.
create function report_count(instance uuid, conversations uuid[]) returns setof report_fact language sql stable as $$
  with item as (
    select m.conversation_id, m.id, m.mailbox_id, m.author_id as user_id, m.sent_at as at,
      case m.direction when 'inbound' then 'arrival' else 'sent' end as kind,
      -- A message answers what came before it was written, also if it is sent later.
      case m.origin when 'postroom' then least(m.created_at, m.sent_at) else m.sent_at end as place,
      case m.direction when 'inbound' then 1 else 2 end as tie
    from message m
    where m.instance_id = instance and m.conversation_id = any (conversations) and not m.imported
      and m.kind = 'ordinary' and m.reaction is null and m.direction <> 'note'
      and (m.direction = 'inbound' or (m.forwarded_id is null
        and (m.origin = 'gmail' or exists (select from delivery d
          where d.instance_id = m.instance_id and d.message_id = m.id and d.state = 'sent'))
        and not exists (select from bulk_recipient b where b.instance_id = m.instance_id and b.message_id = m.id)
        and not exists (select from bulk_test b where b.instance_id = m.instance_id and b.message_id = m.id)))
    union all
    select e.conversation_id, e.id, null, e.actor_id, e.at,
      case e.kind when 'done' then 'done' else 'undone' end, e.at, case e.kind when 'done' then 4 else 3 end
    from conversation_event e
    where e.instance_id = instance and e.conversation_id = any (conversations)
      and e.kind in ('done', 'reopened', 'snoozed')
  ), next as (
    select id, lead(kind) over (partition by conversation_id order by place, tie, id) as kind from item where kind <> 'sent'
  ), kept as (
    -- Done that a person took back before the customer wrote again was not done.
    select item.*, item.kind = 'done' and next.kind is distinct from 'undone' as ends from item left join next using (id)
  ), numbered as (
    select kept.*, count(*) filter (where kind = 'sent' or ends) over before as wait, count(*) filter (where ends) over before as spell
    from kept window before as (partition by conversation_id order by place, tie, id rows between unbounded preceding and 1 preceding)
  ), timed as (
    select numbered.*,
      min(at) filter (where kind = 'arrival') over (partition by conversation_id, wait) as wait_since,
      min(at) filter (where kind = 'arrival') over (partition by conversation_id, spell) as spell_since,
      first_value(mailbox_id) over (partition by conversation_id, spell order by kind <> 'arrival', place, id) as spell_mailbox
    from numbered
  )
  select instance, id, conversation_id, kind,
    case kind when 'done' then spell_mailbox else mailbox_id end, user_id, at,
    case kind when 'sent' then wait_since when 'done' then spell_since end,
    kind = 'sent' and wait_since is not null and count(*) filter (where kind = 'sent' and wait_since is not null)
      over (partition by conversation_id order by place, tie, id rows between unbounded preceding and current row) = 1
  from timed where kind in ('arrival', 'sent') or (ends and spell_since is not null)
$$;

-- Counts the conversations again, and writes what differs.
create function report_refresh(instances uuid[], conversations uuid[]) returns void language plpgsql as $$
declare
  one uuid;
begin
  for one in select distinct u.id from unnest(instances) u (id)
    join instance on instance.id = u.id and instance.deleted_at is null
  loop
    -- One transaction after the other, each of which sees what the former wrote.
    perform from conversation where instance_id = one and id = any (conversations) order by id for no key update;
    with counted as materialized (select * from report_count(one, conversations)),
    gone as (
      delete from report_fact f where f.instance_id = one and f.conversation_id = any (conversations)
        and not exists (select from counted where counted.item_id = f.item_id)
    )
    insert into report_fact as f select counted.* from counted
      where exists (select from conversation c where c.instance_id = one and c.id = counted.conversation_id)
    on conflict (instance_id, item_id) do update set conversation_id = excluded.conversation_id,
      kind = excluded.kind, mailbox_id = excluded.mailbox_id, user_id = excluded.user_id, at = excluded.at,
      waiting_since = excluded.waiting_since, first_response = excluded.first_response
    where f is distinct from excluded;
  end loop;
end $$;

create function report_messages_added() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from changed
    where direction <> 'note' and not imported having count(*) > 0;
  return null;
end $$;
create trigger message_counted after insert on message
  referencing new table as changed for each statement execute function report_messages_added();
create trigger message_counted_no_more after delete on message
  referencing old table as changed for each statement execute function report_messages_added();

create function report_messages_updated() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from (
    select now.instance_id, unnest(array[former.conversation_id, now.conversation_id]) as conversation_id
    from changed now join former on former.instance_id = now.instance_id and former.id = now.id
    where (now.conversation_id, now.direction, now.kind, now.reaction is null, now.sent_at, now.author_id,
        now.mailbox_id, now.forwarded_id, now.imported)
      is distinct from (former.conversation_id, former.direction, former.kind, former.reaction is null, former.sent_at,
        former.author_id, former.mailbox_id, former.forwarded_id, former.imported)
  ) moved having count(*) > 0;
  return null;
end $$;
create trigger message_counted_anew after update on message
  referencing old table as former new table as changed for each statement execute function report_messages_updated();

create function report_events_changed() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from changed
    where kind in ('done', 'reopened', 'snoozed') having count(*) > 0;
  return null;
end $$;
create trigger event_counted after insert on conversation_event
  referencing new table as changed for each statement execute function report_events_changed();
create trigger event_counted_no_more after delete on conversation_event
  referencing old table as changed for each statement execute function report_events_changed();

create function report_events_updated() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from (
    select instance_id, conversation_id from changed where kind in ('done', 'reopened', 'snoozed')
    union all select instance_id, conversation_id from former where kind in ('done', 'reopened', 'snoozed')
  ) moved having count(*) > 0;
  return null;
end $$;
create trigger event_counted_anew after update on conversation_event
  referencing old table as former new table as changed for each statement execute function report_events_updated();

-- A message written here counts once it is sent.
create function report_delivery_changed() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from message
    where instance_id = coalesce(new.instance_id, old.instance_id) and id = coalesce(new.message_id, old.message_id)
    having count(*) > 0;
  return null;
end $$;
create trigger delivery_counted after update of state on delivery for each row
  when ((new.state = 'sent') is distinct from (old.state = 'sent')) execute function report_delivery_changed();
create trigger delivery_counted_at_once after insert on delivery for each row
  when (new.state = 'sent') execute function report_delivery_changed();
create trigger delivery_counted_no_more after delete on delivery for each row
  when (old.state = 'sent') execute function report_delivery_changed();

insert into report_fact
  select fact.* from (select instance_id, array_agg(id) as ids from conversation group by instance_id) existing,
    report_count(existing.instance_id, existing.ids) fact;
