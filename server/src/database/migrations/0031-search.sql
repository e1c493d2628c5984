-- Search. What can be found of each message stands beside it, kept true by triggers: whatever changes or
-- deletes a message or an attachment changes what is found, in the same transaction.

-- Words as they are compared: in small letters, without accents, punctuation as spaces. By code points and
-- Unicode's own tables alone, so that it is the same whatever the locale of the database.
create function search_fold(words text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(words) = length(words) then
    return translate(lower(words collate "C"), '-./@_:+=&%#<>~*\|', '                 ');
  end if;
  words := regexp_replace(lower(normalize(words, NFKD) collate "C"), '[\u0300-\u036f]+', '', 'g');
  words := regexp_replace(words,
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3008-\u3020]+', ' ', 'g');
  words := translate(words, 'ÆŒẞØøŁłĐđÐðıАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς',
    'æœßoollddddiабвгдежзиклмнопрстуфхцчшщъыьэюяєіґαβγδεζηθικλμνξοπρστυφχψωσ');
  return replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
end $$;

-- A text as words with places. Bounded twice, because one character may become many and a tsvector has a
-- megabyte at most: a message must never fail to be stored for its length.
create function search_words(words text) returns tsvector language sql immutable parallel safe as $$
  select to_tsvector('simple', left(search_fold(left(coalesce(words, ''), 100000)), 150000))
$$;

-- One searched expression: words beside each other are a phrase, the last may be the beginning of one. With
-- a mark it is a field's; then an address counts as it is written.
create function search_term(mark text, words text, beginning boolean) returns tsquery language sql immutable as $$
  select case when numnode(plain) = 0 then plain when beginning then (plain::text || ':*')::tsquery else plain end
  from (
    select case
      when mark = '' then phraseto_tsquery('simple', search_fold(words))
      when position('@' in words) > 0 then quote_literal(mark || '/' || left(replace(lower(words), '\', ''), 200))::tsquery
      else coalesce((select string_agg(quote_literal(mark || '/' || left(lexeme, 200)), ' & ' order by positions[1])
        from unnest(search_words(words))), '')::tsquery
    end as plain
  ) one
$$;

create table message_search (
  instance_id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  sent_at timestamptz not null,
  -- counts messages as they come, in the whole deployment: see search_window
  seq bigint not null,
  words tsvector not null,
  primary key (instance_id, message_id),
  foreign key (instance_id, message_id) references message (instance_id, id) on delete cascade
);
create sequence message_search_seq owned by message_search.seq;
grant usage on sequence message_search_seq to postroom_app;

-- Where a message stands, as words of its own: its instance, and the stretches of 2^13, 2^16 and 2^19 it is in.
create function search_place(instance uuid, width integer, seq bigint) returns text language sql immutable parallel safe
  as $$ select 'w' || width || '/' || right(instance::text, 8) || '/' || (seq >> width) $$;

-- What a message is found by: its words, and once more those of a field marked as that field's (f/ from,
-- t/ to, s/ subject, h/ has), so that what a field holds is found by the index alone.
create function search_entry(m message, names text, has_files boolean, seq bigint) returns tsvector
  language plpgsql stable parallel safe as $$
declare
  subject tsvector := search_words(m.subject);
  sender tsvector := search_words(m.from_name || ' ' || m.from_address);
  addressees tsvector;
  addresses text[];
begin
  select search_words(string_agg(concat_ws(' ', one ->> 'name', one ->> 'address'), ' ')),
      array_agg('t/' || (one ->> 'address')) filter (where one ->> 'address' <> '')
    into addressees, addresses
    from jsonb_each(m.recipients - 'replyTo') field, jsonb_array_elements(field.value) one;
  return setweight(subject, 'A') || setweight(sender || addressees, 'B')
    || setweight(search_words(names), 'C') || search_words(m.body_text)
    || array_to_tsvector(array(
      select left(lower(word), 200) from (
        select 's/' || word from unnest(tsvector_to_array(subject)) word
        union all select 'f/' || word from unnest(tsvector_to_array(sender) || nullif(m.from_address, '')) word
        union all select 't/' || word from unnest(tsvector_to_array(addressees)) word
        union all select unnest(addresses)
        union all select 'h/attachment' where has_files
        union all select 'i/' || right(m.instance_id::text, 8)
        union all select search_place(m.instance_id, 13, seq)
        union all select search_place(m.instance_id, 16, seq)
        union all select search_place(m.instance_id, 19, seq)
      ) words (word) where word is not null));
end $$;

-- Writes what can be found of these messages anew.
create function search_refresh(instances uuid[], messages uuid[]) returns void language sql as $$
  insert into message_search (instance_id, message_id, conversation_id, sent_at, seq, words)
  select m.instance_id, m.id, m.conversation_id, m.sent_at, place.seq,
    search_entry(m, files.names, files.some, place.seq)
  from (select distinct * from unnest(instances, messages) as one (instance_id, id)) one
  join message m on m.instance_id = one.instance_id and m.id = one.id
  left join lateral (
    select string_agg(a.filename, ' ') as names, bool_or(not a.inline) as some from attachment a
    where a.instance_id = m.instance_id and a.message_id = m.id
  ) files on true
  cross join lateral (
    select coalesce((select s.seq from message_search s where s.instance_id = m.instance_id and s.message_id = m.id),
      nextval('message_search_seq')) as seq
  ) place
  on conflict (instance_id, message_id) do update set conversation_id = excluded.conversation_id,
    sent_at = excluded.sent_at, seq = excluded.seq, words = excluded.words
$$;

create function search_messages_changed() returns trigger language plpgsql as $$
begin
  perform search_refresh(array_agg(instance_id), array_agg(id)) from changed;
  return null;
end $$;
create trigger message_made_found after insert on message
  referencing new table as changed for each statement execute function search_messages_changed();
create trigger message_found_anew after update on message
  referencing new table as changed for each statement execute function search_messages_changed();

create function search_attachments_changed() returns trigger language plpgsql as $$
begin
  perform search_refresh(array_agg(instance_id), array_agg(message_id)) from changed where message_id is not null;
  return null;
end $$;
create trigger attachment_made_found after insert on attachment
  referencing new table as changed for each statement execute function search_attachments_changed();
create trigger attachment_found_anew after update on attachment
  referencing new table as changed for each statement execute function search_attachments_changed();
create trigger attachment_found_no_more after delete on attachment
  referencing old table as changed for each statement execute function search_attachments_changed();

-- The matches among the newest messages of the bound instance up to `upto`: with width 0 among its newest 1,000
-- by date, read one after the other; else among the last one to two stretches of 2^width, by the index; with
-- width null among all. A word half of all messages have is found in the first, a rare one by the index at
-- once, and what lies between never costs more than a stretch: search takes as long in a million as in
-- ten thousand. It runs as its owner because row security would keep `@@`, which is not leakproof, from the
-- index; the instance is a word of every entry, and compared as well.
create function search_window(query tsquery, before timestamptz, width integer)
  returns table (message_id uuid, conversation_id uuid, sent_at timestamptz, rank real)
  language plpgsql stable security definer
  set search_path from current set enable_seqscan = off set jit = off as $$
declare
  here uuid := current_instance();
  upto bigint;
begin
  if width = 0 then
    return query select s.message_id, s.conversation_id, s.sent_at, ts_rank(s.words, query) from (
      select * from message_search newest
      where newest.instance_id = here and newest.sent_at < coalesce(before, 'infinity')
      order by newest.sent_at desc limit 1000
    ) s where s.words @@ query;
    return;
  end if;
  if width is null then
    query := query && ('''i/' || right(here::text, 8) || '''')::tsquery;
  else
    if before is null then
      select last_value into upto from message_search_seq;
    else
      select s.seq into upto from message_search s where s.instance_id = here and s.sent_at < before
        order by s.sent_at desc limit 1;
    end if;
    if upto is null then return; end if;
    query := query && (format('''%s'' | ''%s''', search_place(here, width, upto),
      search_place(here, width, upto - (1::bigint << width)))::tsquery);
  end if;
  return query select s.message_id, s.conversation_id, s.sent_at, ts_rank(s.words, query) from message_search s
    where s.words @@ query and s.instance_id is not distinct from here
      and s.sent_at < coalesce(before, 'infinity')
    order by s.seq + 0 desc limit 20000;
end $$;

-- What is there already, in the order of its dates.
insert into message_search (instance_id, message_id, conversation_id, sent_at, seq, words)
  select m.instance_id, m.id, m.conversation_id, m.sent_at, place.seq,
    search_entry(m, files.names, files.some, place.seq)
  from (select instance_id, id, row_number() over (order by sent_at, id) as seq from message) place
  join message m on m.instance_id = place.instance_id and m.id = place.id
  left join lateral (
    select string_agg(a.filename, ' ') as names, bool_or(not a.inline) as some from attachment a
    where a.instance_id = m.instance_id and a.message_id = m.id
  ) files on true
  order by place.seq;
select setval('message_search_seq', (select count(*) + 1 from message_search));

create index message_search_by_time on message_search (instance_id, sent_at desc, seq);
-- What waits to be sorted into the index is looked through by every search, so it is kept small.
create index message_search_words on message_search using gin (words) with (fastupdate = on, gin_pending_list_limit = 256);

alter table message_search enable row level security;
create policy one_instance on message_search to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
grant select, insert, update, delete on message_search to postroom_app;
revoke all on function search_window from public;
grant execute on function search_window to postroom_app;
