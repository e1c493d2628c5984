import { t } from '../../../locales/messages.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import styles from '../styles/composer.module.css';

/** What the server puts below the words, so that nobody signs twice. */
export function SignaturePreview({ html }: { html: string }) {
  const text = htmlToText(html);
  if (!text) return null;
  return (
    <div className={styles.signature}>
      <span className={styles.signatureName}>{t('composer.signature')}</span>
      {text}
    </div>
  );
}
