/** The largest historyId: Gmail's is an unsigned 64-bit number, written as a decimal string. */
const maxHistoryId = 2n ** 64n - 1n;

/** Whether a text is a historyId of Gmail's. */
export function isHistoryId(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= maxHistoryId;
}
