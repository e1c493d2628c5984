import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';

/** Time without typing before the preview is fetched again, in milliseconds. */
const debounceMs = 300;

/** The unsaved template, filled by the server with the data of a conversation (null: sample data). */
export function useTemplatePreview(instanceId: string, html: string, conversationId: string | null) {
  const [debouncedHtml] = useDebouncedValue(html, debounceMs);
  return useQuery({
    queryKey: [instanceId, 'template-preview', debouncedHtml, conversationId],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/template-previews', {
          params: { path: { instanceId } },
          body: {
            html: debouncedHtml,
            conversationId,
            mailboxId: null,
            sampleHtml: t('templates.sampleWords'),
          },
        }),
      ),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
