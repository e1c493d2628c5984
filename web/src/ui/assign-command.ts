/** The name of the command that assigns to a person (`use-keyboard-shortcuts.ts`); null for nobody. */
export const assignCommand = (id: string | null): string => `assign ${id ?? 'nobody'}`;
