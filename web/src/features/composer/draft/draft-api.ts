import type { QueryClient } from '@tanstack/react-query';
import { api, type Draft, unwrapResponse } from '../../../api/client.ts';
import { retrySignedIn } from '../../../api/ended-session.ts';
import { drafts } from '../../../api/queries/composer.ts';
import type { DraftState, DraftTarget } from './draft-content.ts';

/** What the requests of a closed page may carry together (Fetch §4.6, HTTP-network-or-cache fetch). */
const maxKeepaliveBytes = 64 * 1024;
/** At most, in UTF-8, for one unit of a JavaScript string. */
const bytesPerCharacter = 3;

/** The requests of one draft, and the query cache where changes from other windows arrive. */
export function createDraftApi(client: QueryClient, instanceId: string, target: DraftTarget) {
  const { kind, conversationId, draftId } = target;
  const query = drafts(instanceId, conversationId);
  const pathOf = (id: string) => ({ path: { instanceId, draftId: id } });
  return {
    instanceId,
    /** The draft of this target on the server; undefined where there is none. */
    async fetch(): Promise<Draft | undefined> {
      const { drafts } = await client.fetchQuery(query);
      return drafts.find((draft) => (draftId ? draft.id === draftId : draft.kind === kind));
    },
    save({ id, version, content }: DraftState) {
      const body = { version, kind, conversationId, ...content };
      // A page that is closed a moment after the last key saves all the same.
      const keepalive = JSON.stringify(body).length * bytesPerCharacter < maxKeepaliveBytes;
      return retrySignedIn(() =>
        unwrapResponse(
          api.PUT('/api/instances/{instanceId}/drafts/{draftId}', { params: pathOf(id), body, keepalive }),
        ),
      );
    },
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
