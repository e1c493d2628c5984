import type { ListFilter, View } from '../../../api/queries/conversation-lists.ts';

/** The route of a list: a view, the open conversations of a mailbox, a saved filter, or a search. */
export type ListRoute = { slug: string; view: View; mailboxId?: string; filterId?: string; query?: string };

/** The filter of the list of a route. */
export const listFilter = ({ view, mailboxId, query }: ListRoute): ListFilter =>
  query === undefined ? { view, ...(mailboxId && { mailboxId }) } : { view: 'open', query };

/** The link to a list. */
export function listLink({ slug, view, mailboxId, filterId, query }: ListRoute) {
  if (filterId) return { to: '/$slug/filter/$filterId', params: { slug, filterId } } as const;
  if (query !== undefined) return { to: '/$slug/search', params: { slug }, search: { q: query } } as const;
  return mailboxId
    ? ({ to: '/$slug/mailbox/$mailboxId', params: { slug, mailboxId } } as const)
    : ({ to: '/$slug/inbox/$view', params: { slug, view } } as const);
}

/** The link to a conversation within a list. */
export function conversationLink(route: ListRoute, conversationId: string) {
  const { slug, view, mailboxId, filterId, query } = route;
  if (filterId) {
    return {
      to: '/$slug/filter/$filterId/$conversationId',
      params: { slug, filterId, conversationId },
    } as const;
  }
  if (query !== undefined) {
    return {
      to: '/$slug/search/$conversationId',
      params: { slug, conversationId },
      search: { q: query },
    } as const;
  }
  return mailboxId
    ? ({
        to: '/$slug/mailbox/$mailboxId/$conversationId',
        params: { slug, mailboxId, conversationId },
      } as const)
    : ({ to: '/$slug/inbox/$view/$conversationId', params: { slug, view, conversationId } } as const);
}
