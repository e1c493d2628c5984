import { hashKey, type Query, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProblemError } from '../../api/client.ts';
import { showSaved } from '../../api/show-saved.ts';
import { type CustomerPage, customer } from './queries.ts';

/** Changes a customer; `change` resolves to the changed customer. Live events refresh the conversation lists. */
export function useCustomerChange<Values>(
  instanceId: string,
  customerId: string,
  change: (values: Values) => Promise<CustomerPage>,
) {
  const client = useQueryClient();
  return useMutation<CustomerPage, ProblemError, Values>({
    mutationFn: change,
    onSuccess: async (page) => {
      const { queryKey } = customer(instanceId, customerId);
      await showSaved(client, queryKey, page);
      // The customer is being fetched already.
      const predicate = ({ queryHash }: Query) => queryHash !== hashKey(queryKey);
      for (const key of ['customer', 'customer-list', 'conversation']) {
        void client.invalidateQueries({ queryKey: [instanceId, key], predicate });
      }
    },
  });
}
