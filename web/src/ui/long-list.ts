/** Up to this number of rows, a list is seen whole. */
const maxSeenWhole = 12;

/** Whether a list has too many rows to look through. */
export const isLongList = (rows: readonly unknown[]): boolean => rows.length > maxSeenWhole;
