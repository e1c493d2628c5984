let drawn: () => void = () => {};
const view = new Promise<void>((resolve) => {
  drawn = resolve;
});

/** Says that what the page was opened for is there. */
export const firstViewDrawn = (): void => drawn();

/** What can wait until the first view is there; where nobody says so, a second. */
export async function afterFirstView<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  const timer = setTimeout(drawn, 1_000);
  await view;
  clearTimeout(timer);
  return load();
}
