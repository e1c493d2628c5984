import { t } from '../locales/messages.ts';
import styles from './skip-links.module.css';

/** The first stops of Tab in a page: past the sidebar, and past the list to the open conversation. */
export function SkipLinks({ conversationOpen }: { conversationOpen: boolean }) {
  return (
    <>
      {conversationOpen && (
        <SkipLink selectors={["[data-open] [data-print] [tabindex='0']"]}>{t('skip.conversation')}</SkipLink>
      )}
      <SkipLink selectors={["main [data-row][tabindex='0']", 'main']}>{t('skip.content')}</SkipLink>
    </>
  );
}

/** Focuses the first of the selectors that the page has. */
function SkipLink({ selectors, children }: { selectors: string[]; children: string }) {
  return (
    <button
      type="button"
      className={styles.link}
      onClick={() => {
        const target = selectors
          .map((one) => document.querySelector<HTMLElement>(one))
          .find((one) => one !== null);
        if (!target) return;
        if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
        target.focus();
      }}
    >
      {children}
    </button>
  );
}
