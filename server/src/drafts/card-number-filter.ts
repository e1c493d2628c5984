import type { InstanceTransaction } from '../database/bind.ts';
import { contentSettings } from '../instances/content-settings.ts';
import { findCardNumbers } from '../mail/card-numbers.ts';
import { redactHtml, redactText } from '../mail/redact.ts';

type Written = { subject: string; html: string };

/**
 * What takes the numbers of payment cards out of what people here write, where the instance wants it,
 * before any of it is stored; `cards`: how many it took out.
 */
export async function cardsOut(
  tx: InstanceTransaction,
): Promise<(written: Written) => Written & { cards: number }> {
  const { redactCards } = await contentSettings(tx);
  return ({ subject, html }) => {
    if (!redactCards) return { subject, html, cards: 0 };
    const clean = redactHtml(html, findCardNumbers);
    return {
      subject: redactText(subject, findCardNumbers),
      html: clean.html ?? '',
      cards: clean.count + findCardNumbers(subject).length,
    };
  };
}
