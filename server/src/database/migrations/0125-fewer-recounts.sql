-- What a send changes costs less: it is counted once, and the index of words is not written for a moment's difference.

create or replace function report_messages_updated() returns trigger language plpgsql as $$
begin
  perform report_refresh(array_agg(instance_id), array_agg(conversation_id)) from (
    select now.instance_id, unnest(array[former.conversation_id, now.conversation_id]) as conversation_id
    from changed now join former on former.instance_id = now.instance_id and former.id = now.id
    where (now.conversation_id, now.direction, now.kind, now.reaction is null, now.author_id, now.mailbox_id,
        now.forwarded_id, now.imported)
      is distinct from (former.conversation_id, former.direction, former.kind, former.reaction is null,
        former.author_id, former.mailbox_id, former.forwarded_id, former.imported)
      -- Another time alone changes nothing where the message is not counted, or is with this time already: a statement
      -- that also marks its delivery as sent counts it then.
      or (now.sent_at <> former.sent_at and exists (select from report_fact f
        where f.instance_id = now.instance_id and f.item_id = now.id and f.at <> now.sent_at))
  ) moved having count(*) > 0;
  return null;
end $$;

-- As before, but a time that differs by less than a minute, as that of a message that was just sent, is left as it is:
-- search orders matches and finds days by it, and a new version of the row is entered in the index with all its words.
create or replace function search_messages_updated() returns trigger language plpgsql as $$
begin
  perform search_refresh(array_agg(now.instance_id), array_agg(now.id))
    from changed now join former on former.instance_id = now.instance_id and former.id = now.id
    where (now.subject, now.from_name, now.from_address, now.sender, now.recipients, now.body_text)
      is distinct from
      (former.subject, former.from_name, former.from_address, former.sender, former.recipients, former.body_text)
    having count(*) > 0;
  -- locks: the rows of the messages that were updated
  update message_search s set conversation_id = now.conversation_id, sent_at = now.sent_at from changed now
    where s.instance_id = now.instance_id and s.message_id = now.id
      and (s.conversation_id <> now.conversation_id
        or s.sent_at not between now.sent_at - interval '1 minute' and now.sent_at + interval '1 minute');
  return null;
end $$;
