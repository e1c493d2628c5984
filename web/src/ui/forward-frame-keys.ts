/**
 * Passes the keys pressed in a frame on to the page, so that shortcuts work after a click into a message. (Safari
 * runs no listeners in a sandboxed frame without scripts; there a click outside the frame is needed.)
 */
export function forwardFrameKeys(frame: HTMLIFrameElement): void {
  frame.contentDocument?.addEventListener('keydown', (event) => {
    const isHandled = !frame.dispatchEvent(new KeyboardEvent('keydown', event));
    if (isHandled) event.preventDefault();
  });
}
