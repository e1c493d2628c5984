/** What is open on this page and what was closed a moment ago, by place: each saves what is unsaved. */
export const openDrafts = new Map<string, () => Promise<boolean>>();
export const closingDrafts = new Map<string, Promise<boolean>>();

/** Saves whatever is being written on this page. */
export async function saveOpenDrafts(): Promise<void> {
  await Promise.all([...[...openDrafts.values()].map((save) => save()), ...closingDrafts.values()]);
}

/** Whether HTML says and shows nothing. */
export const isEmptyHtml = (html: string) =>
  !/<img/i.test(html) && html.replace(/<[^>]*>|&nbsp;|\s/g, '') === '';
