import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProblemError } from './client.ts';

/**
 * Saves changes of settings in their order, each at once. They are shown before they are saved, and what is fetched
 * meanwhile, which does not have all of them, is not.
 */
export function useChangeSettings<Settings, Change>(
  queryKey: QueryKey,
  {
    save,
    apply,
  }: {
    save(change: Change): Promise<unknown>;
    /** The settings with the change. */
    apply(settings: Settings, change: Change): Settings;
  },
) {
  const client = useQueryClient();
  return useMutation<unknown, ProblemError, Change>({
    mutationKey: queryKey,
    scope: { id: JSON.stringify(queryKey) },
    mutationFn: save,
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData<Settings>(queryKey, (settings) => settings && apply(settings, change));
    },
    onSettled: () => {
      if (client.isMutating({ mutationKey: queryKey }) === 1) return client.invalidateQueries({ queryKey });
    },
  });
}
