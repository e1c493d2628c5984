import type { QueryClient } from '@tanstack/react-query';
import { api, type Draft, unwrapResponse } from '../../../api/client.ts';
import { drafts } from '../../../api/queries/composer.ts';
import type { DraftState, DraftTarget } from './draft-content.ts';

/** The requests of one draft, and the query cache where changes from other windows arrive. */
export function createDraftApi(client: QueryClient, instanceId: string, target: DraftTarget) {
  const { kind, conversationId, draftId } = target;
  const query = drafts(instanceId, conversationId);
  const pathOf = (id: string) => ({ path: { instanceId, draftId: id } });
  return {
    /** The draft of this target on the server; undefined where there is none. */
    async fetch(): Promise<Draft | undefined> {
      const { drafts } = await client.fetchQuery(query);
      return drafts.find((draft) => (draftId ? draft.id === draftId : draft.kind === kind));
    },
    save: ({ id, version, content }: DraftState) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/drafts/{draftId}', {
          params: pathOf(id),
          body: { version, kind, conversationId, ...content },
        }),
      ),
    delete: (id: string) =>
      unwrapResponse(api.DELETE('/api/instances/{instanceId}/drafts/{draftId}', { params: pathOf(id) })),
    invalidateLists: () => void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] }),
    /** Calls back with the drafts of the conversation whenever they were fetched. Returns how to stop. */
    subscribe: (onDrafts: (drafts: Draft[]) => void) =>
      client.getQueryCache().subscribe(({ query: { queryKey, state }, type }) => {
        if (type !== 'updated' || JSON.stringify(queryKey) !== JSON.stringify(query.queryKey)) return;
        onDrafts((state.data as { drafts: Draft[] } | undefined)?.drafts ?? []);
      }),
  };
}

export type DraftApi = ReturnType<typeof createDraftApi>;
