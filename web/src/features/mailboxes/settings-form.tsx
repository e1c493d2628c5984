import { Button, Group, Radio, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { Problem } from '../../api/client.ts';
import { templates } from '../../api/queries.ts';
import { words } from '../../words/words.ts';
import { Preview } from './preview.tsx';
import type { Settings } from './settings.ts';
import styles from './settings-form.module.css';

/** Select has no null among its values: Blank is this one. */
const blank = 'blank';

/** The form of C7, with a live picture of what a customer will get. */
export function SettingsForm({
  instanceId,
  address,
  settings,
  save,
  cancel,
  problem,
  saving,
}: {
  instanceId: string;
  address: string;
  settings: Settings;
  save(settings: Settings): void;
  cancel?: (() => void) | undefined;
  problem: Problem | null;
  saving: boolean;
}) {
  const known = useQuery(templates(instanceId));
  const form = useForm<Settings>({ initialValues: settings });
  const { values } = form;
  return (
    <div className={styles.columns}>
      <form onSubmit={form.onSubmit(save)} style={{ flex: '1 1 340px' }}>
        <Stack gap="md">
          <TextInput
            label={words.form.displayName}
            description={words.form.displayNameHelp}
            required
            withAsterisk={false}
            maxLength={100}
            {...form.getInputProps('displayName')}
          />
          <Select
            label={words.form.template}
            description={words.form.templateHelp}
            allowDeselect={false}
            data={[
              { value: blank, label: words.form.blank },
              ...(known.data?.templates.map(({ id, name }) => ({ value: id, label: name })) ?? []),
            ]}
            value={values.templateId ?? blank}
            onChange={(value) => form.setFieldValue('templateId', value === blank ? null : value)}
          />
          <Switch
            label={words.form.alias}
            description={words.form.aliasHelp}
            {...form.getInputProps('dynamicAliasName', { type: 'checkbox' })}
          />
          <Radio.Group label={words.form.threading} {...form.getInputProps('threading')}>
            <Stack gap="xs" mt={6}>
              <Radio value="single" label={words.form.single} description={words.form.singleHelp} />
              <Radio value="history" label={words.form.history} description={words.form.historyHelp} />
            </Stack>
          </Radio.Group>
          {problem && (
            <Text c="var(--red)" role="alert">
              <b>{problem.message}</b> {problem.remedy}
            </Text>
          )}
          <Group>
            <Button type="submit" loading={saving}>
              {words.form.save}
            </Button>
            {cancel && (
              <Button variant="subtle" color="gray" onClick={cancel}>
                {words.cancel}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <Preview address={address} settings={values} />
    </div>
  );
}
