let resolveFirstView: () => void = () => {};
const firstView = new Promise<void>((resolve) => {
  resolveFirstView = resolve;
});

/** Says that what the page was opened for is there. */
export const markFirstViewRendered = (): void => resolveFirstView();

/** What can wait until the first view is there; where nobody says so, a second. */
export async function afterFirstView<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  const timer = setTimeout(resolveFirstView, 1_000);
  await firstView;
  clearTimeout(timer);
  return load();
}
