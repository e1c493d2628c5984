import { useQuery } from '@tanstack/react-query';
import { people } from '../../../api/queries/people.ts';
import { assignCommand } from '../../../ui/assign-command.ts';

/**
 * Commands without a key, which the palette runs by name (`use-keyboard-shortcuts.ts`): one for each person and one
 * for nobody.
 */
export function useAssignCommands(
  instanceId: string,
  onAssign: (assigneeId: string | null) => void,
): Record<string, () => void> {
  const members = useQuery(people(instanceId)).data?.people ?? [];
  const ids = [null, ...members.map(({ id }) => id)];
  return Object.fromEntries(ids.map((id) => [assignCommand(id), () => onAssign(id)]));
}
