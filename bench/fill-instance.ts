import type pg from 'pg';

/** The size of a filled instance. */
export type FilledInstance = { conversations: number; messages: number };

const wordsEach = 40;
const vocabulary = 20_000;
/** The number of texts. Messages share them: generating a million random texts takes minutes. */
const texts = 50_000;
const years = 2;

/**
 * Fills an empty instance by SQL: conversations of `each` messages, spread over two years, one in twenty open
 * (or the newest `open`) and the rest done. A body has forty words, a few of them very common and most of them
 * rare: `wo` and a number in hexadecimal, the most common is `wo0`. What triggers would write row by row is
 * written in one statement by the same functions, and the search index is built afterwards.
 */
export async function fillInstance(
  pool: pg.Pool,
  instanceId: string,
  { messages, each = 5, open }: { messages: number; each?: number; open?: number },
): Promise<FilledInstance> {
  const conversations = messages / each;
  const mailboxes = 4;
  const customers = Math.ceil(conversations / 3);
  // A UUID derived from the kind and the number, in the format of version 4.
  const id = (kind: string, number: string) =>
    `overlay(overlay(md5($1::text || '${kind}' || (${number})) placing '4' from 13) placing '8' from 17)::uuid`;
  const run = async (text: string, values: unknown[] = []) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      // Neither triggers nor foreign-key checks: the generated rows are consistent.
      await client.query('set local session_replication_role = replica');
      await client.query("set local maintenance_work_mem = '512MB'");
      await client.query(text, values);
      await client.query('commit');
    } finally {
      client.release();
    }
  };
  await run(
    `insert into mailbox (instance_id, id, google_sub, address, display_name, cursor, connected_at, next_sync_at)
     select $1::uuid, ${id('mailbox', 'n')}, 'bench-' || n, 'team' || n || '@acme.example', 'Team ' || n, 1, now(), 'infinity'
     from generate_series(1, ${mailboxes}) n`,
    [instanceId],
  );
  await run(
    `insert into customer (instance_id, id, name)
     select $1::uuid, ${id('customer', 'n')}, 'First' || n % 500 || ' Last' || n from generate_series(1, ${customers}) n`,
    [instanceId],
  );
  await run(
    `insert into customer_address (instance_id, address, customer_id)
     select $1::uuid, 'person' || n || '@far.example', ${id('customer', 'n')} from generate_series(1, ${customers}) n`,
    [instanceId],
  );
  await run(
    `create table bench_text as
     select n as place, string_agg('wo' || to_hex(floor(power(random(), 4) * ${vocabulary})::int), ' ') as words
     from generate_series(0, ${texts - 1}) n, generate_series(1, ${wordsEach}) group by n`,
  );
  const since = `now() - interval '${years} years'`;
  const step = `(interval '${years} years' / ${conversations})`;
  // The newest and some old conversations are open, as in an inbox in daily use.
  const isOpen =
    open === undefined ? `(n > ${conversations} * 0.97 or n % 50 = 0)` : `(n > ${conversations - open})`;
  await run(
    `insert into conversation (instance_id, id, customer_id, mailbox_id, subject, status, assignee_id, snippet,
       last_direction, last_message_at, last_inbound_at, created_at)
     select $1::uuid, ${id('conversation', 'n')}, ${id('customer', `1 + n % ${customers}`)},
       ${id('mailbox', `1 + n % ${mailboxes}`)}, 'About wo' || to_hex(n % ${vocabulary}) || ' number ' || n,
       case when ${isOpen} then 'open' else 'done' end,
       case when n % 3 = 0 then (select user_id from membership where instance_id = $1::uuid limit 1) end,
       'Some words of the last message, number ' || n, case when n % 2 = 0 then 'inbound' else 'outbound' end,
       ${since} + n * ${step}, ${since} + n * ${step}, ${since} + n * ${step} - interval '5 hours'
     from generate_series(1, ${conversations}) n`,
    [instanceId],
  );
  await run(
    `insert into message (instance_id, id, conversation_id, mailbox_id, direction, origin, from_name, from_address,
       recipients, subject, sent_at, body_text, snippet)
     select $1::uuid, ${id('message', `n || '/' || part`)}, ${id('conversation', 'n')}, ${id('mailbox', `1 + n % ${mailboxes}`)},
       case when part % 2 = 0 then 'outbound' else 'inbound' end, 'gmail',
       case when part % 2 = 0 then 'Team' else 'First' || (1 + n % ${customers}) % 500 || ' Last' || (1 + n % ${customers}) end,
       case when part % 2 = 0 then 'team1@acme.example' else 'person' || (1 + n % ${customers}) || '@far.example' end,
       '{"to":[{"name":"","address":"team1@acme.example"}],"cc":[],"bcc":[],"replyTo":[]}',
       'About wo' || to_hex(n % ${vocabulary}) || ' number ' || n,
       ${since} + n * ${step} - (${each} - part) * interval '1 hour',
       text.words,
       'Some words'
     from generate_series(1, ${conversations}) n cross join generate_series(1, ${each}) part
     join bench_text text on text.place = (n * ${each} + part)::bigint * 7919 % ${texts}`,
    [instanceId],
  );
  await run(
    `drop index message_search_words;
     insert into message_search (instance_id, message_id, conversation_id, sent_at, seq, words)
       select m.instance_id, m.id, m.conversation_id, m.sent_at, place.seq, search_entry(m, null, false, place.seq)
       from (select instance_id, id, row_number() over (order by sent_at, id) as seq from message) place
       join message m on m.instance_id = place.instance_id and m.id = place.id order by place.seq;
     select setval('message_search_seq', (select max(seq) from message_search));
     create index message_search_words on message_search using gin (words) with (fastupdate = on, gin_pending_list_limit = 256)`,
  );
  await run(
    `insert into report_fact select * from report_count($1::uuid, array(select id from conversation where instance_id = $1::uuid))`,
    [instanceId],
  );
  await pool.query('drop table bench_text');
  await pool.query('vacuum analyze');
  return { conversations, messages };
}
