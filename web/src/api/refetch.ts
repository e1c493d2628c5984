import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/** Asks anew for all that is shown under a key, after an event that may have changed it. */
export function refetchQueries(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    // What is on its way for the first time may be as it was before the event, and the library takes it for
    // the newest: it is asked for once more.
    if (query.state.data === undefined && query.state.fetchStatus !== 'idle')
      void fetchSettled(query).then(() =>
        client.invalidateQueries({ queryKey: query.queryKey, exact: true }),
      );
  }
  void client.invalidateQueries({ queryKey });
}

/** Resolves once nothing is on its way for a query, whether it came or failed. */
export async function fetchSettled(query: Query): Promise<void> {
  if (query.state.fetchStatus !== 'idle') await query.fetch().catch(() => {});
}
