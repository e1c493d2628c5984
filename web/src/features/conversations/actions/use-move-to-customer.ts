import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';

/** A customer, by id and perhaps which address of theirs is answered, or by an address, which may be new. */
export type NewCustomer = { customerId: string; address?: string } | { address: string; name: string };

/** Moves a conversation to another customer, to whom answers go from then on. */
export function useMoveToCustomer(instanceId: string, conversationId: string) {
  const client = useQueryClient();
  return useMutation<unknown, ProblemError, NewCustomer>({
    mutationFn: (body) =>
      afterEarlierChanges([conversationId], () =>
        unwrapResponse(
          api.POST('/api/instances/{instanceId}/conversations/{conversationId}/customer', {
            params: { path: { instanceId, conversationId } },
            body: 'customerId' in body ? body : { address: body.address, name: body.name },
          }),
        ),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversationId] });
      void client.invalidateQueries({ queryKey: [instanceId, 'customer'] });
    },
  });
}
