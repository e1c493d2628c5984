import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, type Template, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import type { TemplateDraft } from './use-template-draft.ts';

/** Creates or saves a template; where somebody else saved a newer version first, that is a `conflict`. */
export function useSaveTemplate({
  instanceId,
  template,
  draft,
  onSaved,
}: {
  instanceId: string;
  template: Template | null;
  draft: TemplateDraft;
  onSaved(template: Template): void;
}) {
  const client = useQueryClient();
  const { name, html, form } = draft;
  const { mutate, reset, error, isPending } = useMutation<
    { template: Template },
    ProblemError,
    { overwrite?: boolean }
  >({
    mutationFn: ({ overwrite }) =>
      template
        ? unwrapResponse(
            api.PUT('/api/instances/{instanceId}/templates/{templateId}', {
              params: { path: { instanceId, templateId: template.id } },
              body: { name, html, form, ...(!overwrite && { version: draft.baseVersion }) },
            }),
          )
        : unwrapResponse(
            api.POST('/api/instances/{instanceId}/templates', {
              params: { path: { instanceId } },
              body: { name, html, form },
            }),
          ),
    onSuccess: (result) => {
      draft.applySaved(result.template);
      void client.invalidateQueries({ queryKey: [instanceId, 'templates'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      notifications.show({ color: 'green', message: t('templates.saved') });
      onSaved(result.template);
    },
  });
  return {
    saving: isPending,
    problem: error,
    conflict: error?.code === 'template-conflict',
    save: () => mutate({}),
    /** Saves over the other version. */
    overwrite: () => mutate({ overwrite: true }),
    /** Discards the changes made here and shows the other version. */
    async loadTheirVersion() {
      const theirs = await unwrapResponse(
        api.GET('/api/instances/{instanceId}/templates/{templateId}', {
          params: { path: { instanceId, templateId: template!.id } },
        }),
      );
      draft.applySaved(theirs.template);
      reset();
    },
  };
}

export type SaveTemplate = ReturnType<typeof useSaveTemplate>;
