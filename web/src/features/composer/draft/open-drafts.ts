/** The save functions of the drafts open on this page, by storage key. */
export const openDrafts = new Map<string, () => Promise<boolean>>();
/** The last saves of drafts that were just closed, by storage key. */
export const closingDrafts = new Map<string, Promise<boolean>>();

/** Saves every draft open on this page and waits for those just closed. */
export async function saveOpenDrafts(): Promise<void> {
  await Promise.all([...[...openDrafts.values()].map((save) => save()), ...closingDrafts.values()]);
}
