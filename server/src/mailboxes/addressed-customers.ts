import type { NameAndAddress, Recipients } from '../database/column-types.ts';

/**
 * Those in To whom a colleague wrote with a copy to us: the customers of that message. None where we are in To
 * ourselves, because then it was written to us.
 */
export function addressedCustomers(
  { to }: Recipients,
  { isColleague, isMailbox }: Record<'isColleague' | 'isMailbox', (address: string) => boolean>,
): NameAndAddress[] {
  if (to.some(({ address }) => isMailbox(address))) return [];
  return to.filter(({ address }) => address !== '' && !isColleague(address));
}
