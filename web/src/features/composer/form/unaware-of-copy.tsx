import { Button } from '@mantine/core';
import type { NameAndAddress } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatList } from '../../../ui/format.ts';
import type { DraftContent } from '../draft/draft-content.ts';
import styles from '../styles/composer.module.css';
import { addressIn } from './recipients.ts';

type Fields = Pick<DraftContent, 'to' | 'cc' | 'bcc'>;

/** More names would cover the text of the reply. */
const maxNamed = 3;

/**
 * Warns before an answer shows other recipients that we were a Bcc recipient of what is answered, and takes them off on
 * request; not where nobody would be left.
 */
export function UnawareOfCopy({
  people,
  fields,
  onChange,
}: {
  people: NameAndAddress[];
  fields: Fields;
  onChange(fields: Fields): void;
}) {
  const unaware = new Set(people.map(({ address }) => address.toLowerCase()));
  const isAware = (recipient: string) => !unaware.has(addressIn(recipient));
  const { to, cc, bcc } = fields;
  const recipients = new Set([...to, ...cc, ...bcc].map(addressIn));
  const notified = people.filter(({ address }) => recipients.has(address.toLowerCase()));
  if (notified.length === 0) return null;
  const named = notified.slice(0, maxNamed).map(({ name, address }) => name || address);
  const more = notified.length - named.length;
  return (
    <div className={styles.notice} role="status">
      <span>
        {t('composer.unawareOfCopy', {
          names: formatList(more > 0 ? [...named, t('common.otherAddresses', { count: more })] : named),
        })}
      </span>
      {recipients.size > notified.length && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() =>
            onChange({ to: to.filter(isAware), cc: cc.filter(isAware), bcc: bcc.filter(isAware) })
          }
        >
          {t('composer.leaveOut', { count: notified.length })}
        </Button>
      )}
    </div>
  );
}
