import { CloseButton } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import { formatList } from '../../../ui/format.ts';
import styles from './editor.module.css';
import type { PasteNotice } from './use-paste.ts';

/** One line that says what was left out of the pasted text, and which pictures stay on the web. */
export function PasteNoticeLine({ notice, onClose }: { notice: PasteNotice; onClose(): void }) {
  if (!notice) return null;
  const { leftOut, remoteHosts } = notice;
  const kinds = [...leftOut].map((kind) => t(`composer.paste.kinds.${kind}`));
  const sentences = [
    kinds.length > 0 && t('composer.paste.leftOut', { kinds: formatList(kinds) }),
    remoteHosts.size > 0 && t('composer.paste.remote', { hosts: formatList([...remoteHosts]) }),
  ];
  return (
    <div className={styles.notice} role="status">
      <span>{sentences.filter(Boolean).join(' ')}</span>
      <CloseButton size="xs" aria-label={t('composer.paste.dismiss')} onClick={onClose} />
    </div>
  );
}
