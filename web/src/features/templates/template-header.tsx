import { Button, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Template } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import styles from './template-editor.module.css';
import type { SaveTemplate } from './use-save-template.ts';
import type { TemplateDraft } from './use-template-draft.ts';
import { usageLabel } from './used-by.ts';

/** The name of the template, whether it is saved, and what can be done with it. */
export function TemplateHeader({
  template,
  draft: { name, dirty, edit },
  saving,
  backLink,
  sendTestButton,
  onSave,
  onShowVersions,
}: {
  template: Template | null;
  draft: TemplateDraft;
  saving: boolean;
  backLink: ReactNode;
  sendTestButton: ReactNode;
  onSave(): void;
  onShowVersions(): void;
}) {
  return (
    <form
      className={styles.top}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <div className={styles.title}>
        {backLink}
        <RequiredTextInput
          aria-label={t('templates.name')}
          placeholder={t('templates.namePlaceholder')}
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => edit({ name: currentTarget.value })}
        />
        {template && (
          <Text size="xs" c="var(--text-muted)" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {usageLabel(template.usedBy)}
          </Text>
        )}
      </div>
      <Group gap="xs">
        <Text
          size="sm"
          c={dirty ? 'var(--warning)' : 'var(--text-muted)'}
          role="status"
          className={styles.state}
        >
          {dirty ? t('templates.unsaved') : template ? t('templates.allSaved') : ''}
        </Text>
        {sendTestButton}
        {template && (
          <Button
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
            onClick={onShowVersions}
          >
            {t('templates.versions')}
          </Button>
        )}
        <Button type="submit" loading={saving} disabled={!dirty && template !== null}>
          {t('templates.save')}
        </Button>
      </Group>
    </form>
  );
}

/** Why saving failed; in a conflict the user takes one of the two versions. */
export function SaveProblem({
  save: { problem, conflict, overwrite, loadTheirVersion },
}: {
  save: SaveTemplate;
}) {
  if (!problem) return null;
  return (
    <div className={styles.problem} role="alert">
      <Text c="var(--error)">
        <b>{problem.message}</b> {problem.detail}
      </Text>
      {conflict && (
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" variant="default" onClick={() => void loadTheirVersion()}>
            {t('templates.takeTheirs')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={overwrite}>
            {t('templates.keepMine')}
          </Button>
        </Group>
      )}
    </div>
  );
}
