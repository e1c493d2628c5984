import { useQueryClient } from '@tanstack/react-query';
import { useEffectEvent, useLayoutEffect } from 'react';
import type { ConversationPage } from '../../../api/client.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { shortcutKey } from '../../../ui/shortcut-key.ts';
import { useShownRef } from '../../../ui/shown.tsx';
import { useEarlierMessages } from './use-earlier-messages.ts';

/** In milliseconds: what has not loaded by then is printed without. */
const longestWait = 10_000;

/**
 * Prints a conversation with all of its messages: the earlier ones are fetched, and all are rendered before the
 * browser's dialog opens (ui/print.css). Ctrl+P and ⌘P do the same.
 */
export function usePrintConversation(instanceId: string, conversationId: string): () => void {
  const client = useQueryClient();
  const shown = useShownRef();
  const { mutateAsync: fetchEarlier } = useEarlierMessages(instanceId, conversationId);
  const { queryKey } = conversation(instanceId, conversationId);
  const print = async () => {
    const earlier = () => client.getQueryData<ConversationPage>(queryKey)?.next;
    for (let before = earlier(); before; before = earlier()) await fetchEarlier(before);
    // What is rendered when it is near the viewport is rendered now (ui/render-when-visible.tsx).
    window.dispatchEvent(new Event('beforeprint'));
    await untilFramesAreLoaded();
    window.print();
  };
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    if (!shown.current || shortcutKey(event) !== 'p' || !(event.metaKey || event.ctrlKey) || event.altKey)
      return;
    event.preventDefault();
    void print();
  });
  // As soon as the conversation is shown: a key pressed at once would be the browser's.
  useLayoutEffect(() => {
    const root = document.documentElement.dataset;
    let scheme: string | undefined;
    const prepare = () => {
      if (root.printing) return;
      root.printing = 'true';
      scheme = root.mantineColorScheme;
      root.mantineColorScheme = 'light';
    };
    const restore = () => {
      if (!root.printing) return;
      delete root.printing;
      root.mantineColorScheme = scheme;
    };
    document.addEventListener('keydown', onPress);
    window.addEventListener('beforeprint', prepare);
    window.addEventListener('afterprint', restore);
    return () => {
      document.removeEventListener('keydown', onPress);
      window.removeEventListener('beforeprint', prepare);
      window.removeEventListener('afterprint', restore);
      restore();
    };
  }, []);
  return () => void print();
}

/** Two frames of the screen after all messages have loaded: their heights are set by then. */
async function untilFramesAreLoaded(): Promise<void> {
  const end = performance.now() + longestWait;
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isLoading = () =>
    document.querySelector('[data-open] [data-not-rendered]') !== null ||
    [...document.querySelectorAll<HTMLIFrameElement>('[data-open] iframe')].some(
      ({ contentDocument }) =>
        !contentDocument?.body?.childNodes.length || contentDocument.readyState !== 'complete',
    );
  await nextFrame();
  while (isLoading() && performance.now() < end) await nextFrame();
  await nextFrame();
  await nextFrame();
}
