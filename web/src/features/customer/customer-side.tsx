import { Drawer } from '@mantine/core';
import { useCallbackRef } from '@mantine/hooks';
import { type ComponentProps, memo, useMemo, useState } from 'react';
import { t } from '../../locales/messages.ts';
import { Deferred } from '../../ui/deferred.tsx';
import { useDisplayChoice } from '../../ui/display-choices.ts';
import { useWide } from '../../ui/use-narrow.ts';
import { CustomerPanel } from './customer-panel.tsx';
import styles from './customer-side.module.css';

type PanelProps = Omit<ComponentProps<typeof CustomerPanel>, 'onClose'>;

/**
 * Whether the customer of a conversation is shown, and what shows it: a column that folds, by the user's choice; in
 * a window without room for one, a drawer that opens on request.
 */
export function useCustomerSide() {
  const hasRoom = useWide();
  const [column, setColumn] = useDisplayChoice('customer');
  const [drawerOpen, setDrawerOpen] = useState(false);
  const shown = hasRoom ? column === 'open' : drawerOpen;
  const setShown = (show: boolean) => (hasRoom ? setColumn(show ? 'open' : 'folded') : setDrawerOpen(show));
  const toggle = useCallbackRef(() => setShown(!shown));
  const hide = useCallbackRef(() => setShown(false));
  return useMemo(() => ({ hasRoom, shown, toggle, hide }), [hasRoom, shown, toggle, hide]);
}

/** The customer beside a conversation, as `side` says. */
export const CustomerSide = memo(function Side({
  side: { hasRoom, shown, hide },
  ...panel
}: PanelProps & { side: ReturnType<typeof useCustomerSide> }) {
  if (hasRoom) {
    return shown ? (
      <div className={styles.column}>
        <Deferred>
          <CustomerPanel {...panel} onClose={hide} />
        </Deferred>
      </div>
    ) : null;
  }
  return (
    <Drawer
      opened={shown}
      onClose={hide}
      position="right"
      size={320}
      padding={0}
      withCloseButton={false}
      attributes={{ content: { 'aria-label': t('customer.label') } }}
    >
      <CustomerPanel {...panel} onClose={hide} />
    </Drawer>
  );
});
