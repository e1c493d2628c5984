import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../problems.ts';

export const noSuchCustomer = createProblem(404, 'no-such-customer');

/** Locks a customer until the transaction ends. Throws a ProblemError if it does not exist. */
export async function lockCustomer(tx: InstanceTransaction, id: string) {
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', id)
    .select(['id', 'name', 'createdAt'])
    .forUpdate()
    .executeTakeFirst();
  if (!customer) throw new ProblemError(noSuchCustomer);
  return customer;
}
