-- Of all messages, only those of the instance are searched by the word that each of them has (i/…). Where nearly all
-- messages of the deployment are of this instance the word excludes few, and reading its long list of messages costs
-- most of the search. How many are of the instance is taken from the statistics of the words, which autovacuum keeps.
create function is_most_of_search(instance uuid) returns boolean language sql stable
  set search_path from current as $$
  select coalesce((
    select most_common_elem_freqs[array_position(most_common_elems::text::text[], 'i/' || right(instance::text, 8))]
    from pg_stats where schemaname = current_schema() and tablename = 'message_search' and attname = 'words'
  ) > 0.9, false) $$;
revoke all on function is_most_of_search from public;

create or replace function search_window(query tsquery, before timestamptz, width integer)
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
    if not is_most_of_search(here) then
      query := query && ('''i/' || right(here::text, 8) || '''')::tsquery;
    end if;
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
