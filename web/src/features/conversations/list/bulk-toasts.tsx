import { Anchor, Button, Group, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { words } from '../../../words/words.ts';

/** How many conversations were changed, and how many were skipped because they had changed meanwhile. */
export type BulkCounts = { changed: number; skipped: number };

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

/** Shows the result of a bulk change, with a button that undoes it. */
export function showResultToast(
  { changed, skipped }: BulkCounts,
  { total, stopped, onUndo }: { total: number; stopped: boolean; onUndo(): void },
): void {
  const id = `changed-${Date.now()}`;
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <div>
          {stopped ? words.many.stopped(changed, total) : words.many.finished(changed)}
          {skipped > 0 && <Text size="sm">{words.many.left(skipped)}</Text>}
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
            {words.many.undo}
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
        {words.many.undone(changed)}
        {skipped > 0 && <Text size="sm">{words.many.left(skipped)}</Text>}
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
        <Text size="sm">{words.many.working(completed, total)}</Text>
        <Button size="compact-xs" variant="default" onClick={onStop}>
          {words.many.stop}
        </Button>
      </Group>
      <Progress
        value={(100 * completed) / total}
        size="sm"
        aria-label={words.many.working(completed, total)}
      />
    </>
  );
}
