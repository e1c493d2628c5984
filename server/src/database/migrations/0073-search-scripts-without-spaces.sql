-- Search finds words of scripts that are written without spaces, and words of long texts.

-- Letters of scripts that put no spaces between words, as a class of a regular expression: Thai, Lao, Myanmar,
-- Khmer, kana, Bopomofo and Chinese characters. By code points, so that it is the same in every locale.
create function search_unspaced() returns text language sql immutable parallel safe as $$
  select '[\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ecf\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u3005-\u3007'
    '\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff'
    '\U00020000-\U0003134f]'
$$;

-- As before, and the marks of voiced kana are removed like accents.
create or replace function search_fold(words text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(words) = length(words) then
    words := lower(words collate "C");
    words := replace(replace(replace(replace(replace(words, '-', ' '), '.', ' '), '/', ' '), '@', ' '), '_', ' ');
    words := replace(replace(replace(replace(replace(words, ':', ' '), '+', ' '), '=', ' '), '&', ' '), '%', ' ');
    words := replace(replace(replace(replace(words, '#', ' '), '<', ' '), '>', ' '), '~', ' ');
    return replace(replace(replace(words, '*', ' '), '\', ' '), '|', ' ');
  end if;
  words := regexp_replace(lower(normalize(words, NFKD) collate "C"), '[\u0300-\u036f\u3099\u309a]+', '', 'g');
  words := regexp_replace(words,
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3008-\u3020]+', ' ', 'g');
  words := translate(words, 'ÆŒẞØøŁłĐđÐðıАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς',
    'æœßoollddddiабвгдежзиклмнопрстуфхцчшщъыьэюяєіґαβγδεζηθικλμνξοπρστυφχψωσ');
  return replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
end $$;

-- What a folded text in such a script is found by: each two letters beside each other, and the last letter of each
-- run. A search for one letter finds the pairs that begin with it. `asked`: the pairs that a search asks for, which
-- has the last letter only if there is no other.
create function search_pairs(folded text, asked boolean) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct letter || coalesce(following, '')), '{}')
  from regexp_matches(folded, search_unspaced() || '+', 'g') with ordinality run (letters, number)
  cross join lateral (
    select letter, lead(letter) over (order by place) as following, place
    from string_to_table(run.letters[1], null) with ordinality one (letter, place)
  ) pair
  where not asked or following is not null or place = 1
$$;

-- A passage as words with places, and the pairs of its scripts without spaces. Bounded, because one character may
-- become many.
create function search_passage(words text) returns tsvector language plpgsql immutable parallel safe as $$
declare
  folded text := left(search_fold(words), 150000);
begin
  if octet_length(folded) = length(folded) or folded !~ search_unspaced() then
    return to_tsvector('simple', folded);
  end if;
  return to_tsvector('simple', regexp_replace(folded, search_unspaced() || '+', ' ', 'g'))
    || array_to_tsvector(search_pairs(folded, false));
end $$;

-- A text as words with places. A long one is taken in passages of 50,000 characters that overlap, as many as fit:
-- a tsvector has a megabyte at most, and a message must never fail to be stored for its length. Postgres counts
-- places up to 16,383, so after the first passages only the words are kept, and a phrase is not found there.
create or replace function search_words(words text) returns tsvector language plpgsql immutable parallel safe as $$
declare
  found tsvector := '';
  passage tsvector;
begin
  if words is null then return found; end if;
  if octet_length(words) <= 50000 then return search_passage(words); end if;
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

-- One searched expression, as before: words beside each other are a phrase, the last may be the beginning of one.
-- Of a script without spaces all pairs are searched, wherever they are.
create or replace function search_term(mark text, words text, beginning boolean) returns tsquery
  language plpgsql immutable as $$
declare
  folded text := search_fold(words);
  spaced text := regexp_replace(folded, search_unspaced() || '+', ' ', 'g');
  field text := case when mark = '' then '' else mark || '/' end;
  plain tsquery;
  pairs tsquery;
begin
  if mark <> '' and position('@' in words) > 0 then
    plain := quote_literal(field || left(replace(lower(words), '\', ''), 200))::tsquery;
    return case when beginning then (plain::text || ':*')::tsquery else plain end;
  end if;
  if mark = '' then
    plain := phraseto_tsquery('simple', spaced);
  else
    select coalesce(string_agg(quote_literal(field || left(lexeme, 200)), ' & ' order by positions[1]), '')::tsquery
      into plain from unnest(to_tsvector('simple', spaced));
  end if;
  if beginning and numnode(plain) > 0 then plain := (plain::text || ':*')::tsquery; end if;
  select coalesce(string_agg(quote_literal(field || pair) || case when length(pair) = 1 then ':*' else '' end, ' & '), '')::tsquery
    into pairs from unnest(search_pairs(folded, true)) pair;
  return plain && pairs;
end $$;

-- As before, and a changed sender is found (search_entry of 0062).
create or replace function search_messages_updated() returns trigger language plpgsql as $$
begin
  perform search_refresh(array_agg(now.instance_id), array_agg(now.id))
    from changed now join former on former.instance_id = now.instance_id and former.id = now.id
    where (now.subject, now.from_name, now.from_address, now.sender, now.recipients, now.body_text)
      is distinct from
      (former.subject, former.from_name, former.from_address, former.sender, former.recipients, former.body_text);
  update message_search s set conversation_id = now.conversation_id, sent_at = now.sent_at from changed now
    where s.instance_id = now.instance_id and s.message_id = now.id
      and (s.conversation_id, s.sent_at) is distinct from (now.conversation_id, now.sent_at);
  return null;
end $$;

-- What is there already is indexed again in the background, newest first (search/rebuild-search.ts): in a large
-- installation it takes long, and the migration would keep everyone waiting.
create table search_rebuild (
  instance_id uuid primary key references instance on delete cascade,
  before timestamptz not null default 'infinity'
);
comment on table search_rebuild is 'The instances whose messages are being indexed again.';
comment on column search_rebuild.before is 'Messages sent before this time are still to be indexed.';
alter table search_rebuild enable row level security;
create policy one_instance on search_rebuild to postroom_app
  using (instance_id = current_instance()) with check (instance_id = current_instance());
insert into search_rebuild (instance_id) select distinct instance_id from message_search;
