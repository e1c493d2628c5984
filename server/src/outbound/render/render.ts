import { withUnsubscribeLink } from '../../bulk/unsubscribe.ts';
import type { OutgoingMail } from '../../mail/compose/compose-mime.ts';
import type { Renderer } from '../../templates/renderer.ts';
import type { SendData } from './load-send-data.ts';
import { quoteHistory } from './quoted-history.ts';

/**
 * Renders an outbound message into its template, with the current time as Date. Call it outside of any
 * transaction: a slow template must not keep one open. Throws a TemplateError if the template cannot be filled.
 */
export async function renderMail(renderer: Renderer, sendData: SendData): Promise<OutgoingMail> {
  const body = await renderBody(renderer, sendData);
  const { envelope, unsubscribe } = sendData;
  return { ...envelope, ...(unsubscribe ? withUnsubscribeLink(body, unsubscribe) : body), date: new Date() };
}

/** Renders the HTML and text of a message with the history it quotes. Throws a TemplateError. */
export function renderBody(
  renderer: Renderer,
  { template, data, history }: Pick<SendData, 'template' | 'data' | 'history'>,
): Promise<{ html: string; text: string }> {
  return renderer.render(template, data, history && quoteHistory(history));
}
