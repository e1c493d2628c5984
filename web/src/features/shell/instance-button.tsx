import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import type { Me } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import { instanceName } from '../../ui/instance-name.ts';
import styles from './sidebar.module.css';

/** The button that shows the organization. */
export function InstanceButton({
  instance,
  ...others
}: { instance: Me['instances'][number] } & ComponentProps<'button'>) {
  // As it is written on the button (WCAG 2.5.3).
  const sandbox = instance.kind === 'sandbox' ? t('organizations.kinds.sandbox') : null;
  const shownName = [instance.name, sandbox].filter(Boolean).join(' ');
  return (
    <UnstyledButton
      {...others}
      className={styles.instance}
      aria-label={`${t('rail.organizations')}: ${shownName}`}
      title={instanceName(instance)}
    >
      <InitialsAvatar name={instance.name} kind="address" size={22} />
      <span className={styles.instanceText}>
        <span className={styles.instanceName}>{instance.name}</span>
        {sandbox && (
          <>
            {' '}
            <span className={styles.sandbox}>{sandbox}</span>
          </>
        )}
      </span>
      <IconChevronDown size={12} aria-hidden />
    </UnstyledButton>
  );
}
