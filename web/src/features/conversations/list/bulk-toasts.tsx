import { Anchor, Button, Group, List, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ListRow } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** How many conversations were changed, and which were skipped because they had changed meanwhile. */
export type BulkCounts = { changed: number; skipped: ListRow[] };

/** So many of the skipped conversations are named. */
const maxNamed = 5;

function SkippedConversations({ rows }: { rows: ListRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Text size="sm">{t('selection.left', { count: rows.length })}</Text>
      <List size="sm">
        {rows.slice(0, maxNamed).map(({ id, subject, customer }) => (
          <List.Item key={id}>
            {t('selection.leftOne', {
              name: customer.name || customer.address,
              subject: subject || t('list.noSubject'),
            })}
          </List.Item>
        ))}
      </List>
      {rows.length > maxNamed && (
        <Text size="sm">{t('selection.leftMore', { count: rows.length - maxNamed })}</Text>
      )}
    </>
  );
}

/** A toast that shows the progress of a bulk change and stops it. */
export function createProgressToast(total: number, onStop: () => void) {
  const id = `many-${Date.now()}`;
  let shown = false;
  return {
    update(completed: number) {
      const toast = {
        id,
        autoClose: false as const,
        withCloseButton: false,
        message: <BulkActionProgress completed={completed} total={total} onStop={onStop} />,
      };
      if (shown) notifications.update(toast);
      else notifications.show(toast);
      shown = true;
    },
    hide() {
      if (shown) notifications.hide(id);
    },
  };
}

let shownResult = '';

/** Shows the result of a change, with a button that undoes it, in the place of the result before. */
export function showResultToast(
  { changed, skipped }: BulkCounts,
  { total, stopped, onUndo }: { total: number; stopped: boolean; onUndo(): void },
): void {
  notifications.hide(shownResult);
  const id = `changed-${Date.now()}`;
  shownResult = id;
  notifications.show({
    id,
    // What was left out can be read for longer.
    autoClose: skipped.length > 0 ? 30_000 : 10_000,
    message: (
      // In the narrow sidebar, Undo is below the text.
      <Group justify="space-between" gap="xs">
        <div>
          {stopped
            ? t('selection.stopped', { done: changed, of: total })
            : t('selection.finished', { count: changed })}
          <SkippedConversations rows={skipped} />
        </div>
        {changed > 0 && (
          <Anchor
            component="button"
            type="button"
            fw={600}
            onClick={() => {
              notifications.hide(id);
              onUndo();
            }}
          >
            {t('selection.undo')}
          </Anchor>
        )}
      </Group>
    ),
  });
}

export function showUndoneToast({ changed, skipped }: BulkCounts): void {
  notifications.show({
    message: (
      <>
        {t('selection.undone', { count: changed })}
        <SkippedConversations rows={skipped} />
      </>
    ),
  });
}

function BulkActionProgress({
  completed,
  total,
  onStop,
}: {
  completed: number;
  total: number;
  onStop(): void;
}) {
  return (
    <>
      <Group justify="space-between" mb={6}>
        <Text size="sm">{t('selection.working', { done: completed, of: total })}</Text>
        <Button size="compact-xs" variant="default" onClick={onStop}>
          {t('selection.stop')}
        </Button>
      </Group>
      <Progress
        value={(100 * completed) / total}
        size="sm"
        aria-label={t('selection.working', { done: completed, of: total })}
      />
    </>
  );
}
