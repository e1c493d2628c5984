import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** The attachments, each with the message or the draft that it belongs to. */
export function attachmentsWithOwners({ sql: db }: InstanceTransaction) {
  return db
    .selectFrom('attachment')
    .leftJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'attachment.instanceId')
        .onRef('message.id', '=', 'attachment.messageId'),
    )
    .leftJoin('draft', (join) =>
      join
        .onRef('draft.instanceId', '=', 'attachment.instanceId')
        .onRef('draft.id', '=', 'attachment.draftId'),
    );
}
