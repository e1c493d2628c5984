import { t } from '../../../locales/messages.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import styles from '../styles/composer.module.css';

/** The signature that the server will append, shown so that nobody signs twice. */
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
