import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { isOfForm, type TemplateContent } from './template-source.ts';

/** Time without typing before the preview is fetched again, in milliseconds. */
const debounceMs = 300;

/** A mail program whose rules the server applies to a preview, in its light or dark mode. */
export type ShownIn = { program: 'gmail' | 'gmail-app' | 'outlook'; dark: boolean };

/** The unsaved template, filled by the server with the data of a conversation (null: sample data). */
export async function fetchPreview(
  instanceId: string,
  content: TemplateContent,
  conversationId: string | null = null,
  shownIn: ShownIn | null = null,
) {
  const { preview } = await unwrapResponse(
    api.POST('/api/instances/{instanceId}/template-previews', {
      params: { path: { instanceId } },
      body: {
        // The HTML of a form is made by the server.
        html: isOfForm(content) ? '' : content.html,
        form: content.form,
        conversationId,
        mailboxId: null,
        sampleHtml: t('templates.sampleWords'),
        ...(shownIn && { shownIn }),
      },
    }),
  );
  return preview;
}

/** The preview of what is being written. `shownIn`: as a mail program shows it; null: as it is sent. */
export function useTemplatePreview(
  instanceId: string,
  content: TemplateContent,
  conversationId: string | null,
  shownIn: ShownIn | null = null,
  enabled = true,
) {
  const shown = JSON.stringify(isOfForm(content) ? { form: content.form } : { html: content.html });
  const [debounced] = useDebouncedValue(shown, debounceMs);
  return useQuery({
    queryKey: [instanceId, 'template-preview', debounced, conversationId, shownIn],
    queryFn: () =>
      fetchPreview(instanceId, { html: '', form: null, ...JSON.parse(debounced) }, conversationId, shownIn),
    enabled,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
