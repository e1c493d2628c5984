-- What is sent after all that was sent or done in its conversation changes no other count: its own row is written, and the
-- conversation is not counted again.

-- Counts one message that was just sent. `the_message` need not count.
create function report_sent(the_instance uuid, the_message uuid) returns void language plpgsql as $$
declare
  item record;
  ended timestamptz;
  began timestamptz;
begin
  -- As report_refresh: one transaction after the other, each of which sees what the former wrote.
  perform from conversation where instance_id = the_instance
    and id = (select conversation_id from message where instance_id = the_instance and id = the_message) for no key update;
  select m.conversation_id, m.mailbox_id, m.author_id, m.sent_at,
      case m.origin when 'postroom' then least(m.created_at, m.sent_at) else m.sent_at end as place
    into item from message m
    where m.instance_id = the_instance and m.id = the_message and m.direction = 'outbound' and not m.imported
      and m.kind = 'ordinary' and m.reaction is null and m.forwarded_id is null
      -- `limit`: looked up by themselves, not among all.
      and (select true from bulk_recipient b where b.instance_id = m.instance_id and b.message_id = m.id limit 1) is null
      and (select true from bulk_test b where b.instance_id = m.instance_id and b.message_id = m.id limit 1) is null
      and (select true from instance where id = the_instance and deleted_at is null);
  if not found then return; end if;
  -- The newest place of what ended a wait. Nothing is counted before its place: what has a newer place than the last, or than
  -- this, was counted after that.
  with ending as not materialized (
    select f.at, case f.kind when 'done' then f.at else (
      select case m.origin when 'postroom' then least(m.created_at, m.sent_at) else m.sent_at end from message m
      where m.instance_id = f.instance_id and m.id = f.item_id) end as place
    from report_fact f
    where f.instance_id = the_instance and f.conversation_id = item.conversation_id and f.kind <> 'arrival'
  )
  select max(place) into ended from ending
    where at >= least(item.place, (select place from ending order by at desc limit 1));
  if ended >= item.place then
    perform report_refresh(array[the_instance], array[item.conversation_id]);
    return;
  end if;
  select f.at into began from report_fact f
    where f.instance_id = the_instance and f.conversation_id = item.conversation_id
      and f.at > coalesce(ended, '-infinity') and f.at <= item.place and f.kind = 'arrival'
    order by f.at limit 1;
  insert into report_fact (instance_id, item_id, conversation_id, kind, mailbox_id, user_id, at, waiting_since,
      first_response, seconds, place)
    values (the_instance, the_message, item.conversation_id, 'sent', item.mailbox_id, item.author_id, item.sent_at, began,
      began is not null and (select true from report_fact f where f.instance_id = the_instance
        and f.conversation_id = item.conversation_id and f.first_response order by f.at limit 1) is null,
      report_seconds(item.sent_at - began), report_place(report_seconds(item.sent_at - began)));
end $$;

create or replace function report_delivery_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' and new.state = 'sent' then
    perform report_sent(new.instance_id, new.message_id);
  else
    -- Under row-level security Postgres finds no row by an index for an expression of both, and read all messages.
    perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from message
      where instance_id = old.instance_id and id = old.message_id having count(*) > 0;
  end if;
  return null;
end $$;

-- As before, but deliveries and recipients are looked up for each message (`limit`): Postgres read all of the instance first.
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
        and (m.origin = 'gmail' or (select true from delivery d
          where d.instance_id = m.instance_id and d.message_id = m.id and d.state = 'sent' limit 1))
        and (select true from bulk_recipient b where b.instance_id = m.instance_id and b.message_id = m.id limit 1) is null
        and (select true from bulk_test b where b.instance_id = m.instance_id and b.message_id = m.id limit 1) is null))
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
