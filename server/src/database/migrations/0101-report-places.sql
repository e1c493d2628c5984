-- How long each wait took is stored: computing it for each row, and its place among others, was half of the time of a
-- report about a million messages.
create function report_seconds(wait interval) returns integer language sql immutable strict as $$
  select greatest(round(extract(epoch from wait)), 0)::integer
$$;
create function report_place(seconds integer) returns integer language sql immutable strict as $$
  select (ln(seconds + 1.0::float8) * 50)::integer
$$;
comment on function report_place is
  'Times of the same place differ by two percent at most; response-times.ts computes it where opening hours count.';
alter table report_fact add seconds integer, add place integer;
update report_fact set seconds = report_seconds(at - waiting_since), place = report_place(report_seconds(at - waiting_since))
  where waiting_since is not null;

-- Counts these conversations from their messages and events.
create or replace function report_count(instance uuid, conversations uuid[]) returns setof report_fact language sql stable as $$
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
    began, kind = 'sent' and began is not null and count(*) filter (where kind = 'sent' and began is not null)
      over (partition by conversation_id order by place, tie, id rows between unbounded preceding and current row) = 1,
    report_seconds(at - began), report_place(report_seconds(at - began))
  from (select *, case kind when 'sent' then wait_since when 'done' then spell_since end as began from timed) ended
  where kind in ('arrival', 'sent') or (ends and spell_since is not null)
$$;

-- Counts the conversations again, and writes what differs.
create or replace function report_refresh(instances uuid[], conversations uuid[]) returns void language plpgsql as $$
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
      waiting_since = excluded.waiting_since, first_response = excluded.first_response,
      seconds = excluded.seconds, place = excluded.place
    where f is distinct from excluded;
  end loop;
end $$;
