import { htmlToText } from '../../../ui/html-to-text.ts';
import { words } from '../../../words/words.ts';
import styles from '../styles/composer.module.css';

/** The signature that the server will append, shown so that nobody signs twice. */
export function SignaturePreview({ html }: { html: string }) {
  const text = htmlToText(html);
  if (!text) return null;
  return (
    <div className={styles.signature}>
      <span className={styles.signatureName}>{words.composer.signature}</span>
      {text}
    </div>
  );
}
