import { IconUserPlus } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import { PersonMenu } from '../actions/person-menu.tsx';
import { ToolbarButton } from './toolbar-buttons.tsx';

/** Assigns the selected conversations to the user, to a colleague or to nobody. */
export function AssignMenu({
  opened,
  setOpened,
  ...props
}: {
  instanceId: string;
  userId: string;
  opened: boolean;
  setOpened(opened: boolean): void;
  onAssign(assigneeId: string | null): void;
}) {
  return (
    <PersonMenu {...props} opened={opened} setOpened={setOpened}>
      <ToolbarButton name={t('selection.assign')} shortcut="⇧ i" onClick={() => setOpened(!opened)}>
        <IconUserPlus size={16} />
      </ToolbarButton>
    </PersonMenu>
  );
}
