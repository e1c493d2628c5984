import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Alias, api, type Mailbox, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { templates } from '../../../api/queries/composer.ts';
import { t } from '../../../locales/messages.ts';
import { choices } from '../../../ui/filter-options.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';
import styles from './alias-settings.module.css';
import { MailPreview } from './mail-preview.tsx';

/** The other addresses that a mailbox sends from (S7), each with its display name and template. */
export function AliasSettings({
  instanceId,
  mailbox,
  aliases,
}: {
  instanceId: string;
  mailbox: Mailbox;
  aliases: Alias[];
}) {
  const { address } = mailbox;
  return (
    <section aria-label={t('mailbox.aliases.title')}>
      <Title order={2} mb="xs">
        {t('mailbox.aliases.title')}
      </Title>
      <Text size="sm" c="var(--text-muted)" maw={640} mb="md">
        {aliases.length > 0 ? t('mailbox.aliases.text', { address }) : t('mailbox.aliases.none')}
      </Text>
      <Stack gap="lg" maw={760}>
        {aliases.map((alias) => (
          <AliasForm key={alias.address} {...{ instanceId, mailbox, alias }} />
        ))}
      </Stack>
    </section>
  );
}

/** The values of the two choices that are no template: a Mantine Select has no null among its values. */
const asMailbox = 'mailbox';
const blank = 'blank';

function AliasForm({ instanceId, mailbox, alias }: { instanceId: string; mailbox: Mailbox; alias: Alias }) {
  const { address } = alias;
  const templatesQuery = useQuery(templates(instanceId));
  const saved = {
    name: alias.displayName,
    template: alias.ownTemplate ? (alias.templateId ?? blank) : asMailbox,
  };
  const [values, setValues] = useState(saved);
  const [isPreviewed, setIsPreviewed] = useState(false);
  const { displayName, dynamicAliasName, threading } = mailbox;
  const shownTemplateId =
    values.template === asMailbox ? mailbox.templateId : values.template === blank ? null : values.template;
  const save = useSaveAlias(instanceId, mailbox.id);
  const isSaved = values.name.trim() === saved.name && values.template === saved.template;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, template } = values;
    const ownTemplate = template !== asMailbox;
    const templateId = ownTemplate && template !== blank ? template : null;
    save.mutate({ address, settings: { displayName: name, ownTemplate, templateId } });
  };
  return (
    <form onSubmit={submit} aria-label={address} noValidate>
      <Text fw={600} size="sm" mb={4}>
        {address}
      </Text>
      <div className={styles.row}>
        <TextInput
          label={t('form.displayName')}
          description={t('mailbox.aliases.nameHelp', { name: mailbox.displayName })}
          maxLength={100}
          value={values.name}
          onChange={({ currentTarget }) => setValues({ ...values, name: currentTarget.value })}
        />
        <Select
          label={t('form.template')}
          description={t('form.templateHelp')}
          allowDeselect={false}
          {...choices([
            { value: asMailbox, label: t('mailbox.aliases.sameTemplate', { address: mailbox.address }) },
            { value: blank, label: t('form.blank') },
            ...(templatesQuery.data?.templates.map(({ id, name }) => ({ value: id, label: name })) ?? []),
          ])}
          value={values.template}
          onChange={(template) => setValues({ ...values, template: template ?? asMailbox })}
        />
      </div>
      <ProblemText problem={save.error} mt="xs" />
      <Group mt="xs">
        <Button variant="subtle" aria-expanded={isPreviewed} onClick={() => setIsPreviewed(!isPreviewed)}>
          {t('mailbox.aliases.preview', { address })}
        </Button>
        <Button type="submit" variant="default" disabled={isSaved} loading={save.isPending}>
          {t('mailbox.aliases.save', { address })}
        </Button>
      </Group>
      {isPreviewed && (
        <MailPreview
          instanceId={instanceId}
          source={{ mailboxId: mailbox.id }}
          settings={{ displayName, dynamicAliasName, threading, templateId: shownTemplateId }}
          alias={{ address, displayName: values.name }}
        />
      )}
    </form>
  );
}

function useSaveAlias(instanceId: string, mailboxId: string) {
  const client = useQueryClient();
  return useMutation<unknown, ProblemError, { address: string; settings: Omit<Alias, 'address'> }>({
    mutationFn: ({ address: alias, settings }) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/mailboxes/{mailboxId}/aliases/{alias}', {
          params: { path: { instanceId, mailboxId, alias } },
          body: settings,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      notifications.show({ color: 'green', message: t('email.saved') });
    },
  });
}
