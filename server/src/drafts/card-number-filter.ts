import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type ContentSettings, contentSettings } from '../instances/content-settings.ts';
import { findCardNumbers } from '../mail/redaction/card-numbers.ts';
import { redactHtml, redactText } from '../mail/redaction/redact-text.ts';

type WrittenContent = { subject: string; html: string };

/** Removes card numbers; `cards` is how many it removed. */
export type CardNumberFilter = (content: WrittenContent) => WrittenContent & { cards: number };

/**
 * The filter that removes payment card numbers from what people write, before any of it is stored. It
 * changes nothing unless the instance has the setting.
 */
export async function cardNumberFilter(tx: InstanceTransaction): Promise<CardNumberFilter> {
  return cardNumberFilterFor(await contentSettings(tx));
}

/** The same where the settings were read before. */
export function cardNumberFilterFor({ redactCards }: ContentSettings): CardNumberFilter {
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
