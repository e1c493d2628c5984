import { useQuery } from '@tanstack/react-query';
import { people } from '../../../api/queries/people.ts';

const prefix = 'assign ';

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

/** The name of the command that assigns to a person; null for nobody. */
export const assignCommand = (id: string | null): string => prefix + (id ?? 'nobody');
