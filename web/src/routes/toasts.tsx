import '@mantine/notifications/styles.css';
import { MantineThemeProvider, Notification } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { t } from '../locales/messages.ts';
import styles from './toasts.module.css';

/** Messages about what was done. They have a place of their own, so that they cover no row and no button. */
export default function Toasts() {
  // The close buttons of Mantine notifications have no accessible name.
  const closeButtonProps = { 'aria-label': t('common.close') };
  const components = {
    Notification: Notification.extend({ defaultProps: { closeButtonProps, withBorder: true } }),
  };
  return (
    <MantineThemeProvider theme={{ components }}>
      <Notifications className={styles.toasts!} position="bottom-left" limit={3} withinPortal={false} />
    </MantineThemeProvider>
  );
}
