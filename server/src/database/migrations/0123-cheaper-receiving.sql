-- What a received message costs Postgres besides its rows: its words are found once, and it is counted by itself.

-- As before, but what has no letters beyond ASCII, the most, is folded and taken apart without further checks.
create or replace function search_words(words text) returns tsvector language plpgsql immutable parallel safe as $$
declare
  found tsvector := '';
  passage tsvector;
begin
  if words is null then return found; end if;
  if octet_length(words) <= 50000 then
    if octet_length(words) = length(words) then return to_tsvector('simple', search_fold(words)); end if;
    return search_passage(words);
  end if;
  for start in 1 .. least(length(words), 2000000) by 50000 loop
    begin
      passage := search_passage(substr(words, greatest(start - 100, 1), 50100));
      if start > 100000 then passage := strip(passage); end if;
      exit when pg_column_size(found) + pg_column_size(passage) > 700000;
      found := found || passage;
    exception when program_limit_exceeded then exit;
    end;
  end loop;
  return found;
end $$;

-- As before, but from what it needs alone: a whole row as an argument was read with its HTML, which is stored elsewhere
-- and compressed. The longest words, of the body, are joined once.
create function search_entry(instance_id uuid, subject text, from_name text, from_address text, written_by jsonb,
  recipients jsonb, body text, file_names text, has_files boolean, seq bigint) returns tsvector
  language plpgsql stable parallel safe as $$
declare
  subject_words tsvector := search_words(subject);
  senders jsonb := jsonb_build_array(jsonb_build_object('name', from_name, 'address', from_address), written_by -> 'writer')
    || coalesce(written_by -> 'otherAuthors', '[]') || coalesce(recipients -> 'replyTo', '[]');
  sender tsvector;
  sender_addresses text[];
  addressees tsvector;
  addresses text[];
  here text := right(instance_id::text, 8);
begin
  select search_words(string_agg(distinct concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')),
      array_agg(distinct one ->> 'address') filter (where one ->> 'address' <> '')
    into sender, sender_addresses
    from jsonb_array_elements(senders) one;
  select search_words(string_agg(concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')),
      array_agg('t/' || (one ->> 'address')) filter (where one ->> 'address' <> '')
    into addressees, addresses
    from jsonb_each(recipients - 'replyTo') field, jsonb_array_elements(field.value) one;
  return setweight(subject_words, 'A') || setweight(sender || addressees, 'B') || setweight(search_words(file_names), 'C')
    || array_to_tsvector(array(
      select left(lower(word), 200) from (
        select 's/' || word from unnest(tsvector_to_array(subject_words)) word
        union all select 'f/' || word from unnest(tsvector_to_array(sender) || sender_addresses) word
        union all select 't/' || word from unnest(tsvector_to_array(addressees)) word
        union all select unnest(addresses)
        union all select 'h/attachment' where has_files
        union all select 'i/' || here
        -- search_place of 13, 16 and 19
        union all select 'w13/' || here || '/' || (seq >> 13)
        union all select 'w16/' || here || '/' || (seq >> 16)
        union all select 'w19/' || here || '/' || (seq >> 19)
      ) words (word) where word is not null))
    || search_words(body);
end $$;

-- For search_refresh; Postgres reads only the columns that it names.
create or replace function search_entry(m message, names text, has_files boolean, seq bigint) returns tsvector
  language sql stable parallel safe as $$
  select search_entry(m.instance_id, m.subject, m.from_name, m.from_address, m.sender, m.recipients, m.body_text, names,
    has_files, seq)
$$;

-- The entries of new messages, from the values that were inserted: none has to be read again.
create or replace function search_messages_changed() returns trigger language plpgsql as $$
begin
  insert into message_search (instance_id, message_id, conversation_id, sent_at, seq, words)
  select m.instance_id, m.id, m.conversation_id, m.sent_at, m.seq,
    search_entry(m.instance_id, m.subject, m.from_name, m.from_address, m.sender, m.recipients, m.body_text,
      files.names, files.some, m.seq)
  -- `offset 0`: the number is taken once for each.
  from (select *, nextval('message_search_seq') as seq from changed offset 0) m
  left join lateral (
    select string_agg(a.filename, ' ') as names, bool_or(not a.inline) as some from attachment a
    where a.instance_id = m.instance_id and a.message_id = m.id
  ) files on true;
  return null;
end $$;

-- Files may be written before their message: its entry then has their names at once.
alter table attachment alter constraint attachment_instance_id_message_id_fkey deferrable initially immediate;

-- What arrives after all that was sent or done in its conversation changes no other count: its own row is written, and
-- the conversation is not counted again. What is written here counts once it is sent (delivery_counted).
create function report_messages_inserted() returns trigger language plpgsql as $$
declare
  instances uuid[];
  conversations uuid[];
  recounted uuid[];
begin
  select array_agg(distinct instance_id), array_agg(distinct conversation_id) into instances, conversations
    from changed where direction <> 'note' and not imported and (direction = 'inbound' or origin = 'gmail');
  if conversations is null then return null; end if;
  -- As report_refresh: one transaction after the other, each of which sees what the former wrote.
  perform from conversation where instance_id = any (instances) and id = any (conversations) order by id for no key update;
  select array_agg(distinct m.conversation_id) into recounted from changed m
    where not m.imported and (m.direction = 'outbound' and m.origin = 'gmail' or m.direction = 'inbound' and (
      -- `limit`: each is looked up by itself, not all in a table of their own.
      (select true from message o where o.instance_id = m.instance_id and o.conversation_id = m.conversation_id
        and o.sent_at >= m.sent_at and o.direction = 'outbound' limit 1)
      or (select true from conversation_event e where e.instance_id = m.instance_id
        and e.conversation_id = m.conversation_id and e.at >= m.sent_at limit 1)));
  if recounted is not null then perform report_refresh(instances, recounted); end if;
  insert into report_fact (instance_id, item_id, conversation_id, kind, mailbox_id, user_id, at)
    select m.instance_id, m.id, m.conversation_id, 'arrival', m.mailbox_id, m.author_id, m.sent_at from changed m
    join instance on instance.id = m.instance_id and instance.deleted_at is null
    where m.direction = 'inbound' and not m.imported and m.kind = 'ordinary' and m.reaction is null
      and m.conversation_id <> all (coalesce(recounted, '{}'));
  return null;
end $$;
create or replace trigger message_counted after insert on message
  referencing new table as changed for each statement execute function report_messages_inserted();
