/** The name of the command without a key that assigns to a person; null for nobody. */
export const assignCommand = (id: string | null): string => `assign ${id ?? 'nobody'}`;
