import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconTemplate } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type ProblemError, type Template, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { filterRows, ListFilter } from '../../ui/list-filter.tsx';
import listStyles from '../../ui/settings-list.module.css';
import { DeleteTemplateDialog } from './delete-template-dialog.tsx';
import styles from './template-list.module.css';
import { usageLabel } from './used-by.ts';

/** The templates and the addresses that use them, after the built-in Blank. */
export function TemplateList({
  instanceId,
  slug,
  templates,
  blankUsedBy,
}: {
  instanceId: string;
  slug: string;
  templates: Template[];
  /** The addresses that use Blank. */
  blankUsedBy: string[];
}) {
  const client = useQueryClient();
  const [deleting, setDeleting] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const found = filterRows(templates, typed, ({ name, usedBy }) => [name, ...usedBy]);
  const chosen = templates.find(({ id }) => id === deleting);
  const duplicate = useMutation<{ template: Template }, ProblemError, Template>({
    mutationFn: ({ name, html, form }) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/templates', {
          params: { path: { instanceId } },
          body: { name: t('templates.copyOf', { name }).slice(0, 100), html, form },
        }),
      ),
    onSuccess: async ({ template }) => {
      await client.invalidateQueries({ queryKey: [instanceId, 'templates'] });
      notifications.show({ color: 'green', message: t('templates.copied', { name: template.name }) });
    },
    onError: (problem) =>
      notifications.show({ color: 'red', title: problem.message, message: problem.detail }),
  });
  return (
    <>
      <ListFilter typed={typed} onType={setTyped} rows={templates} found={found} />
      <ul className={listStyles.list}>
        <li className={listStyles.row}>
          <IconTemplate size={18} aria-hidden className={styles.icon} />
          <div className={listStyles.identity}>
            <Text fw={600}>{t('templates.blank')}</Text>
            <Text size="sm" c="var(--text-muted)">
              {t('templates.blankText')}
            </Text>
          </div>
          <Text size="sm" c="var(--text-muted)" className={`${listStyles.details} ${styles.use}`}>
            {usageLabel(blankUsedBy)}
          </Text>
          <span className={styles.noMenu} />
        </li>
        {found.map((template) => (
          <TemplateRow
            key={template.id}
            slug={slug}
            template={template}
            onDuplicate={() => duplicate.mutate(template)}
            onDelete={() => setDeleting(template.id)}
          />
        ))}
      </ul>
      {chosen && (
        <DeleteTemplateDialog
          instanceId={instanceId}
          template={chosen}
          others={templates.filter(({ id }) => id !== chosen.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}

function TemplateRow({
  slug,
  template,
  onDuplicate,
  onDelete,
}: {
  slug: string;
  template: Template;
  onDuplicate(): void;
  onDelete(): void;
}) {
  const navigate = useNavigate();
  const link = {
    to: '/$slug/apps/email/templates/$templateId' as const,
    params: { slug, templateId: template.id },
  };
  return (
    <li className={listStyles.row}>
      <IconTemplate size={18} aria-hidden className={styles.icon} />
      <div className={listStyles.identity}>
        <Link {...link} className={styles.link}>
          {template.name}
        </Link>
        <Text size="sm" c="var(--text-muted)">
          {changed(template)}
        </Text>
      </div>
      <Text size="sm" c="var(--text-muted)" className={`${listStyles.details} ${styles.use}`}>
        {usageLabel(template.usedBy)}
      </Text>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('templates.menu', { name: template.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void navigate(link)}>{t('templates.edit')}</Menu.Item>
          <Menu.Item onClick={onDuplicate}>{t('templates.duplicate')}</Menu.Item>
          <Menu.Item color="var(--error)" onClick={onDelete}>
            {t('templates.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function changed({ updatedAt, changedBy }: Template): string {
  const when = formatClockTime(new Date(updatedAt), new Date());
  return changedBy ? t('templates.changedBy', { when, who: changedBy }) : t('templates.changed', { when });
}
