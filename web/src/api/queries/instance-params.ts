import { allPages, type ListPage } from '../../../../client/src/pages.ts';
import { unwrapResponse } from '../client.ts';

/** The path parameters of a request about an instance. */
export const instanceParams = (instanceId: string) => ({ path: { instanceId } });

/** The query parameters of a request for one page of a list that is fetched as a whole; almost always one page. */
type WholeListQuery = { after?: string; limit: number };

/** Fetches the whole of a list, in as few requests as the API allows. */
export function fetchWholeList<Page extends ListPage>(
  fetchPage: (query: WholeListQuery) => Parameters<typeof unwrapResponse<Page>>[0],
): Promise<Page> {
  return allPages((after) =>
    unwrapResponse(fetchPage({ limit: 500, ...(after !== undefined && { after }) })),
  );
}
