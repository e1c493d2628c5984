import { words } from '../../words/words.ts';

/** Why a message was not delivered, in plain words, by its status (RFC 3463: class.subject.detail). */
export function reasonOf(status: string): string {
  const [, subject = '', detail = ''] = status.split('.');
  const { reasons, noReason } = words.report;
  return reasons[`${subject}.${detail}`] ?? reasons[subject] ?? noReason;
}
