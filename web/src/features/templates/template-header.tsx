import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Template } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import styles from './template-editor.module.css';
import type { SaveTemplate } from './use-save-template.ts';
import type { TemplateDraft } from './use-template-draft.ts';

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
        <TextInput
          aria-label={words.templates.name}
          placeholder={words.templates.namePlaceholder}
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => edit({ name: currentTarget.value })}
        />
        {template && (
          <Text size="xs" c="var(--quiet)" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {template.usedBy.length > 0 ? words.templates.usedBy(template.usedBy) : words.templates.notUsed}
          </Text>
        )}
      </div>
      <Group gap="xs" className={styles.actions}>
        <Text size="sm" c={dirty ? 'var(--amber)' : 'var(--quiet)'} role="status">
          {dirty ? words.templates.unsaved : template ? words.templates.allSaved : ''}
        </Text>
        {sendTestButton}
        {template && (
          <Button
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
            onClick={onShowVersions}
          >
            {words.templates.versions}
          </Button>
        )}
        <Button type="submit" loading={saving} disabled={!dirty && template !== null}>
          {words.templates.save}
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
      <Text c="var(--red)">
        <b>{problem.message}</b> {problem.remedy}
      </Text>
      {conflict && (
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" variant="default" onClick={() => void loadTheirVersion()}>
            {words.templates.takeTheirs}
          </Button>
          <Button size="compact-sm" variant="default" onClick={overwrite}>
            {words.templates.keepMine}
          </Button>
        </Group>
      )}
    </div>
  );
}
