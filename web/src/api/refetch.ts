import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/** Refetches the active queries under a key, after an event that may have changed them. */
export function refetchQueries(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    // The first fetch of a query may have started before the event, and TanStack Query does not repeat a first
    // fetch when it is invalidated: invalidate again when it is done.
    if (query.state.data === undefined && query.state.fetchStatus !== 'idle')
      void fetchSettled(query).then(() =>
        client.invalidateQueries({ queryKey: query.queryKey, exact: true }),
      );
  }
  void client.invalidateQueries({ queryKey });
}

/** Resolves when a query has no fetch in progress, also after a failed one. */
export async function fetchSettled(query: Query): Promise<void> {
  if (query.state.fetchStatus !== 'idle') await query.fetch().catch(() => {});
}
