-- The words of most messages are found by the server, in a third of the time (search/plain-words.ts), which passes them
-- with the messages that it inserts. What is found stays the same.

-- As before, but Postgres seeks only the words that the transaction does not pass.
create or replace function search_messages_changed() returns trigger language plpgsql as $$
begin
  insert into message_search (instance_id, message_id, conversation_id, sent_at, seq, words)
  select m.instance_id, m.id, m.conversation_id, m.sent_at, m.seq,
    search_entry(m.instance_id, m.subject, m.from_name, m.from_address, m.sender, m.recipients,
      case when given.words is null then m.body_text end, files.names, files.some, m.seq) || coalesce(given.words, '')
  -- `offset 0`: the number is taken once for each.
  from (select *, nextval('message_search_seq') as seq from changed offset 0) m
  left join json_to_recordset(nullif(current_setting('postroom.words', true), '')::json)
    as given (message_id uuid, words tsvector) on given.message_id = m.id
  left join lateral (
    select string_agg(a.filename, ' ') as names, bool_or(not a.inline) as some from attachment a
    where a.instance_id = m.instance_id and a.message_id = m.id
  ) files on true;
  return null;
end $$;
