import { notifyManager, type QueryClient, type QueryKey } from '@tanstack/react-query';

/**
 * Shows the answer to a change, and fetches it again, as others may have changed more. What was being fetched is
 * cancelled: it may have been read before the change, and would show that for a moment. Resolves once the answer is shown:
 * what was typed may be forgotten then, and not before.
 */
export async function showSaved<Data>(client: QueryClient, queryKey: QueryKey, saved: Data): Promise<void> {
  await client.cancelQueries({ queryKey, exact: true });
  client.setQueryData<Data>(queryKey, saved);
  // Those that show it are told first.
  await new Promise<void>((resolve) => notifyManager.schedule(resolve));
  void client.invalidateQueries({ queryKey, exact: true });
}
