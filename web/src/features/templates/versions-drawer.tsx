import { Badge, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import {
  api,
  type ProblemError,
  type Template,
  type TemplateVersion,
  unwrapResponse,
} from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { fetchWholeList } from '../../api/queries/instance-params.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

const CodeEditor = lazyPart(() => import('./code-editor.tsx'));

/** Every version of a template with author and time; each can be viewed and restored. */
export function VersionsDrawer({
  instanceId,
  template,
  dirty,
  onRestored,
  onClose,
}: {
  instanceId: string;
  template: Template;
  /** With unsaved changes no version can be restored: the changes would be lost. */
  dirty: boolean;
  onRestored(template: Template): void;
  onClose(): void;
}) {
  useReturnFocus();
  const client = useQueryClient();
  const path = { instanceId, templateId: template.id };
  const [openVersion, setOpenVersion] = useState<number | null>(null);
  const query = useQuery({
    queryKey: [instanceId, 'templates', template.id, 'versions', template.version],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/templates/{templateId}/versions', { params: { path, query } }),
      ),
  });
  const restore = useMutation<{ template: Template }, ProblemError, number>({
    mutationFn: (version) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/templates/{templateId}/versions/{version}/restore', {
          params: { path: { ...path, version } },
        }),
      ),
    onSuccess: async (result, version) => {
      onRestored(result.template);
      await client.invalidateQueries({ queryKey: [instanceId, 'templates'] });
      notifications.show({ color: 'green', message: t('templates.restored', { number: version }) });
      onClose();
    },
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={<b>{t('templates.versions')}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text size="sm" c="var(--text-muted)" mb="md">
        {dirty ? t('templates.restoreUnsaved') : t('templates.versionsText')}
      </Text>
      <ProblemText problem={restore.error} mb="sm" />
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Stack gap="md">
          {query.data.versions.map((entry) => (
            <VersionRow
              key={entry.version}
              instanceId={instanceId}
              template={template}
              entry={entry}
              opened={openVersion === entry.version}
              dirty={dirty}
              restoring={restore.isPending && restore.variables === entry.version}
              onToggle={() => setOpenVersion(openVersion === entry.version ? null : entry.version)}
              onRestore={() => restore.mutate(entry.version)}
            />
          ))}
        </Stack>
      )}
    </Drawer>
  );
}

function VersionRow({
  instanceId,
  template,
  entry: { version, name, author, createdAt, restoredFrom },
  opened,
  dirty,
  restoring,
  onToggle,
  onRestore,
}: {
  instanceId: string;
  template: Template;
  entry: TemplateVersion;
  opened: boolean;
  dirty: boolean;
  restoring: boolean;
  onToggle(): void;
  onRestore(): void;
}) {
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{t('templates.version', { number: version })}</Text>
            {version === template.version && (
              <Badge variant="default" tt="none">
                {t('templates.current')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="var(--text-muted)" style={{ overflowWrap: 'anywhere' }}>
            {savedBy(createdAt, author)}
            {name !== template.name && ` · ${name}`}
          </Text>
          {restoredFrom !== null && (
            <Text size="sm" c="var(--text-muted)">
              {t('templates.restoredFrom', { number: restoredFrom })}
            </Text>
          )}
        </div>
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={opened}
            aria-label={t('templates.showNamed', { number: version })}
            onClick={onToggle}
          >
            {t('templates.show')}
          </Button>
          {version !== template.version && (
            <Button
              size="compact-sm"
              variant="default"
              disabled={dirty}
              loading={restoring}
              aria-label={t('templates.restoreNamed', { number: version })}
              onClick={onRestore}
            >
              {t('templates.restore')}
            </Button>
          )}
        </Group>
      </Group>
      {opened && <VersionContent instanceId={instanceId} template={template} version={version} />}
    </div>
  );
}

function savedBy(createdAt: string, author: string): string {
  const when = formatClockTime(new Date(createdAt), new Date());
  return author ? t('templates.versionBy', { when, who: author }) : when;
}

function VersionContent({
  instanceId,
  template,
  version,
}: {
  instanceId: string;
  template: Template;
  version: number;
}) {
  const query = useQuery({
    queryKey: [instanceId, 'templates', template.id, 'version', version],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/templates/{templateId}/versions/{version}', {
          params: { path: { instanceId, templateId: template.id, version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <LoadingState lines={2} />;
  return (
    <div style={{ height: 260, marginTop: 8 }}>
      <Suspense fallback={<LoadingState lines={2} />}>
        <CodeEditor value={query.data.version.html} onChange={() => {}} fault={null} readOnly />
      </Suspense>
    </div>
  );
}
