import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../problems.ts';

export type FileLimit = { files: number; megabytes: number };

/** How many files all drafts of a user, and of an instance, may hold: a draft is kept until somebody deletes it. */
export const draftFileLimits = {
  ofUser: { files: 500, megabytes: 500 },
  ofInstance: { files: 10_000, megabytes: 5_000 },
};

const megabyte = 1024 * 1024;

/** Throws a ProblemError if the drafts of the user or of the instance may not hold these files as well. */
export async function assertRoomForFiles(
  tx: InstanceTransaction,
  userId: string,
  added: { files: number; bytes: number },
  limits = draftFileLimits,
): Promise<void> {
  const { files, bytes, ownFiles, ownBytes } = await tx.sql
    .selectFrom('attachment')
    .innerJoin('draft', (join) =>
      join
        .onRef('draft.instanceId', '=', 'attachment.instanceId')
        .onRef('draft.id', '=', 'attachment.draftId'),
    )
    .select((eb) => {
      const own = eb('draft.userId', '=', userId);
      const bytes = sql<number>`coalesce(sum(attachment.size), 0)::bigint`;
      return [
        eb.fn.countAll<number>().as('files'),
        bytes.as('bytes'),
        eb.fn.countAll<number>().filterWhere(own).as('ownFiles'),
        sql<number>`coalesce(sum(attachment.size) filter (where ${own}), 0)::bigint`.as('ownBytes'),
      ];
    })
    .executeTakeFirstOrThrow();
  const isOver = (limit: FileLimit, heldFiles: number, heldBytes: number) =>
    heldFiles + added.files > limit.files || heldBytes + added.bytes > limit.megabytes * megabyte;
  if (isOver(limits.ofUser, ownFiles, ownBytes)) {
    throw new ProblemError(createProblem(409, 'too-many-draft-files', limits.ofUser));
  }
  if (isOver(limits.ofInstance, files, bytes)) {
    throw new ProblemError(createProblem(409, 'too-many-draft-files-here', limits.ofInstance));
  }
}
