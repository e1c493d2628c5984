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
  // The browser paints before more is loaded. A page in the background gets no animation frames.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return load();
}
