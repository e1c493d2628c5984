import { Button, Group, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, type Template, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { choices } from '../../ui/filter-options.ts';
import { listAddresses } from '../../ui/list-addresses.ts';
import { ProblemText } from '../../ui/problem-text.tsx';

/** Asks before a template is deleted; where addresses use it, the user chooses a replacement. */
export function DeleteTemplateDialog({
  instanceId,
  template,
  others,
  onClose,
}: {
  instanceId: string;
  template: Template;
  others: Template[];
  onClose(): void;
}) {
  const client = useQueryClient();
  const [replacement, setReplacement] = useState<string | null>('blank');
  const used = template.usedBy.length > 0;
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/templates/{templateId}', {
          params: {
            path: { instanceId, templateId: template.id },
            query: used ? { replacement: replacement ?? 'blank' } : {},
          },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'templates'] });
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      notifications.show({ color: 'green', message: t('templates.deleted', { name: template.name }) });
      onClose();
    },
    // An address may use the template since: fetch the list again, so that the dialog asks for a replacement.
    onError: () => void client.invalidateQueries({ queryKey: [instanceId, 'templates'] }),
  });
  return (
    <Dialog onClose={onClose} title={t('templates.deleteTitle', { name: template.name })}>
      <Text>{t('templates.deleteText')}</Text>
      {used && (
        <>
          <Text mt="sm">
            {t('templates.replaceText', {
              count: template.usedBy.length,
              addresses: listAddresses(template.usedBy),
            })}
          </Text>
          <Select
            mt="xs"
            label={t('templates.replaceBy')}
            allowDeselect={false}
            {...choices([
              { value: 'blank', label: t('templates.blank') },
              ...others.map(({ id, name }) => ({ value: id, label: name })),
            ])}
            value={replacement}
            onChange={setReplacement}
          />
        </>
      )}
      <ProblemText problem={remove.error} mt="sm" />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common.keep')}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('templates.deleteConfirm')}
        </Button>
      </Group>
    </Dialog>
  );
}
