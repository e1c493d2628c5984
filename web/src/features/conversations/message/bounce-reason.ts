import { format, t } from '../../../locales/messages.ts';

/**
 * Why a message was not delivered: by the reason found in the report, else by its status code (RFC 3463:
 * class.subject.detail).
 */
export function bounceReason({ status, reason }: { status: string; reason: string }): string {
  const [, subject = '', detail = ''] = status.split('.');
  return (
    format(`report.reasonNames.${reason}`) ??
    format(`report.reasons.${subject}.${detail}`) ??
    format(`report.reasons.${subject}`) ??
    t('report.noReason')
  );
}
