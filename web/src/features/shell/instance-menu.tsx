import { Menu } from '@mantine/core';
import type { Me } from '../../api/client.ts';
import { InstanceItems } from '../../ui/instance-items.tsx';
import { InstanceButton } from './instance-button.tsx';

/** Shows the organization and switches to another one. On a phone the menu of the account does. */
export default function InstanceMenu({
  me,
  instance,
  opened,
  onChange,
}: {
  me: Me;
  instance: Me['instances'][number];
  opened: boolean;
  onChange(opened: boolean): void;
}) {
  return (
    <Menu position="bottom-start" {...{ opened, onChange }}>
      <Menu.Target>
        <InstanceButton instance={instance} />
      </Menu.Target>
      <Menu.Dropdown>
        <InstanceItems me={me} current={instance} />
      </Menu.Dropdown>
    </Menu>
  );
}
