let resolveFirstView: () => void = () => {};
const firstView = new Promise<void>((resolve) => {
  resolveFirstView = resolve;
});

/** Reports that the content the page was opened for is shown. */
export const markFirstViewRendered = (): void => resolveFirstView();

/** Runs work after the first view is shown, at the latest after a second. */
export async function afterFirstView<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  const timer = setTimeout(resolveFirstView, 1_000);
  await firstView;
  clearTimeout(timer);
  // The browser paints before more is loaded. A page in the background gets no animation frames.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return load();
}
