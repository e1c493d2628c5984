export type TimePreset = { name: 'laterToday' | 'tomorrow' | 'nextWeek'; at: Date };

/** The preset times: in three hours, tomorrow or next Monday at nine, which are the same on a Sunday. */
export function timePresets(now: Date): TimePreset[] {
  const atNine = (days: number) => {
    const at = new Date(now);
    at.setDate(at.getDate() + days);
    at.setHours(9, 0, 0, 0);
    return at;
  };
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  const later = new Date(now.getTime() + 3 * 3_600_000);
  return [
    ...(later.getDate() === now.getDate() ? [{ name: 'laterToday' as const, at: later }] : []),
    { name: 'tomorrow', at: atNine(1) },
    ...(untilMonday > 1 ? [{ name: 'nextWeek' as const, at: atNine(untilMonday) }] : []),
  ];
}
