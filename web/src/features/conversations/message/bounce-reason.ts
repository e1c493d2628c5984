import { words } from '../../../words/words.ts';

/**
 * Why a message was not delivered: by the reason found in the report, else by its status code (RFC 3463:
 * class.subject.detail).
 */
export function bounceReason({ status, reason }: { status: string; reason: string }): string {
  const knownReason = words.report.reasonNames[reason];
  if (knownReason) return knownReason;
  const [, subject = '', detail = ''] = status.split('.');
  const { reasons, noReason } = words.report;
  return reasons[`${subject}.${detail}`] ?? reasons[subject] ?? noReason;
}
