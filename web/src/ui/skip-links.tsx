import { t } from '../locales/messages.ts';
import styles from './skip-links.module.css';

/** The first stops of Tab in a page: past the sidebar, and past the list to the open conversation. */
export function SkipLinks({ conversationOpen }: { conversationOpen: boolean }) {
  return (
    <>
      {conversationOpen && (
        <SkipLink selector="[data-print] [tabindex='0']">{t('skip.conversation')}</SkipLink>
      )}
      <SkipLink selector="main [data-row][tabindex='0'], main">{t('skip.content')}</SkipLink>
    </>
  );
}

function SkipLink({ selector, children }: { selector: string; children: string }) {
  return (
    <button
      type="button"
      className={styles.link}
      onClick={() => {
        const target = document.querySelector<HTMLElement>(selector);
        if (!target) return;
        if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
        target.focus();
      }}
    >
      {children}
    </button>
  );
}
