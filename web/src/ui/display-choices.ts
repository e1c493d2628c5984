import { useLocalStorage } from '@mantine/hooks';

/** What this browser shows, by the user's choice; the first value is the default. */
const choices = {
  density: ['compact', 'comfortable'],
  sidebar: ['open', 'folded'],
  customer: ['open', 'folded'],
  // In the sidebar where there are many: those with something to do.
  mailboxes: ['busy', 'all'],
} as const;

type Choices = { [Name in keyof typeof choices]: (typeof choices)[Name][number] };

/** A choice, kept in this browser and the same in all its tabs, and the function that changes it. */
export function useDisplayChoice<Name extends keyof Choices>(
  name: Name,
): [Choices[Name], (value: Choices[Name]) => void] {
  const values: readonly string[] = choices[name];
  const [value, setValue] = useLocalStorage<Choices[Name]>({
    key: `postroom-${name}`,
    defaultValue: choices[name][0] as Choices[Name],
    getInitialValueInEffect: false,
    serialize: (chosen) => chosen,
    deserialize: (stored) =>
      (stored !== undefined && values.includes(stored) ? stored : values[0]) as Choices[Name],
  });
  return [value, setValue];
}
