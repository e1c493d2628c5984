import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { contentSettings } from '../instances/content-settings.ts';
import { findCardNumbers } from '../mail/redaction/card-numbers.ts';
import { redactHtml, redactText } from '../mail/redaction/redact.ts';

type WrittenContent = { subject: string; html: string };

/**
 * What takes the numbers of payment cards out of what people here write, where the instance wants it,
 * before any of it is stored; `cards`: how many it took out.
 */
export async function cardNumberFilter(
  tx: InstanceTransaction,
): Promise<(content: WrittenContent) => WrittenContent & { cards: number }> {
  const { redactCards } = await contentSettings(tx);
  return ({ subject, html }) => {
    if (!redactCards) return { subject, html, cards: 0 };
    const redacted = redactHtml(html, findCardNumbers);
    return {
      subject: redactText(subject, findCardNumbers),
      html: redacted.html ?? '',
      cards: redacted.count + findCardNumbers(subject).length,
    };
  };
}
