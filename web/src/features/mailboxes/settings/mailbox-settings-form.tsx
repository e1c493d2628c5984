import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ProblemError } from '../../../api/client.ts';
import { templates } from '../../../api/queries/composer.ts';
import { t } from '../../../locales/messages.ts';
import { choices } from '../../../ui/filter-options.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { MailPreview, type PreviewSource } from './mail-preview.tsx';
import styles from './mailbox-settings-form.module.css';
import type { MailboxSettingsValues } from './mailbox-settings-values.ts';
import { ThreadingChoice } from './threading-choice.tsx';

/** The value of Blank: a Mantine Select has no null among its values. */
const blank = 'blank';

/** The settings of a mailbox (C7), with a live preview of the mail customers receive. */
export function MailboxSettingsForm({
  instanceId,
  source,
  settings,
  save,
  cancel,
  problem,
  saving,
  autoFocus,
}: {
  instanceId: string;
  source: PreviewSource;
  settings: MailboxSettingsValues;
  save(settings: MailboxSettingsValues): void;
  cancel?: (() => void) | undefined;
  problem: ProblemError | null;
  saving: boolean;
  /** Focuses the first field, where the form replaces the element that had the focus. */
  autoFocus?: boolean;
}) {
  const templatesQuery = useQuery(templates(instanceId));
  const form = useForm<MailboxSettingsValues>({
    initialValues: settings,
    validate: { displayName: (name) => (name.trim() ? null : t('form.displayNameMissing')) },
  });
  const { values } = form;
  // Those of a new mailbox are a proposal.
  const isSaved =
    'mailboxId' in source &&
    values.displayName.trim() === settings.displayName &&
    values.templateId === settings.templateId &&
    values.dynamicAliasName === settings.dynamicAliasName &&
    values.threading === settings.threading;
  const firstField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) firstField.current?.focus();
  }, [autoFocus]);
  return (
    <div className={styles.columns}>
      <form onSubmit={form.onSubmit(save)} className={styles.form} noValidate>
        <Stack gap="md">
          <TextInput
            ref={firstField}
            label={t('form.displayName')}
            description={t('form.displayNameHelp')}
            required
            withAsterisk={false}
            maxLength={100}
            {...form.getInputProps('displayName')}
          />
          <Select
            label={t('form.template')}
            description={t('form.templateHelp')}
            allowDeselect={false}
            {...choices([
              { value: blank, label: t('form.blank') },
              ...(templatesQuery.data?.templates.map(({ id, name }) => ({ value: id, label: name })) ?? []),
            ])}
            value={values.templateId ?? blank}
            onChange={(value) => form.setFieldValue('templateId', value === blank ? null : value)}
          />
          <Switch
            label={t('form.alias')}
            description={t('form.aliasHelp')}
            {...form.getInputProps('dynamicAliasName', { type: 'checkbox' })}
          />
          <ThreadingChoice
            value={values.threading}
            onChange={(threading) => form.setFieldValue('threading', threading)}
          />
          <ProblemText problem={problem} />
          <Group>
            <Button type="submit" loading={saving} disabled={isSaved}>
              {t('form.save')}
            </Button>
            {cancel && (
              <Button variant="subtle" color="gray" onClick={cancel}>
                {t('common.cancel')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <MailPreview instanceId={instanceId} source={source} settings={values} />
    </div>
  );
}
