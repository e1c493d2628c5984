import { Button, Group, Paper, SegmentedControl, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrapResponse, type WritingSettings } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { writingSettings } from '../../../api/queries/composer.ts';
import { useChangeSettings } from '../../../api/use-change-settings.ts';
import { t } from '../../../locales/messages.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { Editor } from '../editor/editor.tsx';
import styles from '../styles/composer.module.css';

/** The undo times, in seconds, that the server accepts. */
const undoChoices = [0, 5, 10, 20, 30] as const;
const afterDoneChoices = ['next', 'list', 'stay'] as const;
type WritingSettingsChange = {
  undoSeconds?: (typeof undoChoices)[number];
  signature?: string;
  afterDone?: (typeof afterDoneChoices)[number];
  takeUnassigned?: boolean;
};

/** The user's writing settings: the undo time and the signature. */
export function WritingSettingsSection({ instanceId }: { instanceId: string }) {
  const query = useQuery(writingSettings(instanceId));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <WritingSettingsForm instanceId={instanceId} settings={query.data} />;
}

function WritingSettingsForm({ instanceId, settings }: { instanceId: string; settings: WritingSettings }) {
  const [signature, setSignature] = useState(settings.signature);
  const { queryKey } = writingSettings(instanceId);
  const save = useChangeSettings<WritingSettings, WritingSettingsChange>(queryKey, {
    save: (body) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/writing-settings', {
          params: { path: { instanceId } },
          body,
        }),
      ),
    apply: (now, change) => ({ ...now, ...change }),
  });
  const savedSignature = save.isSuccess && save.variables.signature !== undefined;
  return (
    <Stack gap="xl">
      <section>
        <Title order={2}>{t('composer.settings.undo')}</Title>
        <Text size="sm" c="var(--text-muted)" mb="xs">
          {t('composer.settings.undoHelp')}
        </Text>
        <SegmentedControl
          aria-label={t('composer.settings.undo')}
          value={String(settings.undoSeconds)}
          onChange={(value) =>
            save.mutate({ undoSeconds: undoChoices.find((one) => String(one) === value) ?? 10 })
          }
          data={undoChoices.map((value) => ({
            value: String(value),
            label: t('composer.settings.seconds', { seconds: value }),
          }))}
        />
      </section>
      <section>
        <Title order={2}>{t('composer.settings.afterDone')}</Title>
        <SegmentedControl
          mt="xs"
          aria-label={t('composer.settings.afterDone')}
          value={settings.afterDone}
          onChange={(value) => save.mutate({ afterDone: value })}
          data={afterDoneChoices.map((value) => ({
            value,
            label: t(`composer.settings.afterDoneChoices.${value}`),
          }))}
        />
        <Switch
          mt="md"
          label={t('composer.settings.takeUnassigned')}
          description={t('composer.settings.takeUnassignedHelp')}
          checked={settings.takeUnassigned}
          onChange={(event) => save.mutate({ takeUnassigned: event.currentTarget.checked })}
        />
      </section>
      <section>
        <Title order={2}>{t('composer.settings.signature')}</Title>
        <Text size="sm" c="var(--text-muted)" mb="xs">
          {t('composer.settings.signatureHelp')}
        </Text>
        <Paper withBorder className={styles.setting}>
          <Editor
            label={t('composer.settings.signature')}
            placeholder={t('composer.settings.signaturePlaceholder')}
            html={signature}
            onChange={setSignature}
            onSend={() => save.mutate({ signature })}
          />
        </Paper>
        <Group mt="sm">
          <Button
            disabled={signature === settings.signature}
            loading={save.isPending}
            onClick={() => save.mutate({ signature })}
          >
            {t('composer.settings.saveSignature')}
          </Button>
          {savedSignature && (
            <Text size="sm" c="var(--text-muted)" role="status">
              {t('composer.settings.savedSignature')}
            </Text>
          )}
        </Group>
        <ProblemText problem={save.error} mt="xs" />
      </section>
    </Stack>
  );
}
