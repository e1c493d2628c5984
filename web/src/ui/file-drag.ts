/** Whether files or folders are dragged. */
export function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

/**
 * Refuses files dropped where nothing takes them: the browser would open the file in place of the page, and what was
 * being written there would be gone.
 */
export function refuseStrayFiles(): void {
  const refuse = (event: DragEvent) => {
    const isFileInput = event.target instanceof HTMLInputElement && event.target.type === 'file';
    if (!carriesFiles(event) || event.defaultPrevented || isFileInput) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
}

/** Passes files dragged over a frame on to the page, which takes or refuses them. */
export function forwardFrameFiles(frame: HTMLIFrameElement): void {
  for (const type of ['dragover', 'drop'] as const) {
    frame.contentDocument?.addEventListener(type, (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const { dataTransfer } = event;
      frame.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    });
  }
}
