import { type RawBuilder, sql } from 'kysely';

/**
 * Whether a message answers an invitation: one of ours, or an iTIP REPLY that we received (RFC 5546 §3.2.3). A
 * program words its subject, such as "Accepted: Review", so it gives the conversation no new one. `table` is the
 * name of `message` in the query.
 */
export function answersInvitation(table: string): RawBuilder<boolean> {
  const message = sql.id(table);
  return sql<boolean>`(coalesce(${message}.invitation ->> 'method' = 'reply', false) or exists (
    select from invitation_answer where invitation_answer.instance_id = ${message}.instance_id
      and invitation_answer.message_id = ${message}.id))`;
}
