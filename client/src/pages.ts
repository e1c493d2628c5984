/** One page of a list of the API. `next` is the `after` of the following page; null: this is the last. */
export type ListPage = { next: string | null };

/**
 * The pages of a list, from the first to the last. `fetchPage` requests the page with this `after`, or the first one
 * without it. What it throws ends the iteration.
 */
export async function* pages<Page extends ListPage>(
  fetchPage: (after: string | undefined) => Promise<Page>,
): AsyncGenerator<Page, void, undefined> {
  let after: string | undefined;
  do {
    const page = await fetchPage(after);
    yield page;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** The whole of a list as one page: the lists of all pages joined, everything else as in the first one. */
export async function allPages<Page extends ListPage>(
  fetchPage: (after: string | undefined) => Promise<Page>,
): Promise<Page> {
  let all: Page | undefined;
  for await (const page of pages(fetchPage)) all = all === undefined ? page : joined(all, page);
  return { ...all!, next: null };
}

function joined<Page extends ListPage>(all: Page, page: Page): Page {
  const lists = Object.entries(page).flatMap(([key, value]) =>
    Array.isArray(value) ? [[key, [...(all[key as keyof Page] as unknown[]), ...value]]] : [],
  );
  return { ...all, ...Object.fromEntries(lists) };
}
