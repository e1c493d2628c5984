import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Me } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import { instanceName } from './instance-name.ts';

/** Items of a menu that switches to another organization. */
export function InstanceItems({ me, current }: { me: Me; current: Me['instances'][number] }) {
  const navigate = useNavigate();
  return (
    <>
      <Menu.RadioGroup
        value={current.slug}
        onChange={(slug) => void navigate({ to: '/$slug/inbox/$view', params: { slug, view: 'open' } })}
      >
        {me.instances.map((one) => (
          <Menu.RadioItem
            key={one.id}
            value={one.slug}
            checkIcon={<IconCheck size={14} aria-hidden />}
            closeMenuOnClick
          >
            {instanceName(one)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Item
        onClick={() =>
          navigate({
            to: '/$slug/settings/organizations' as '/$slug/settings',
            params: { slug: current.slug },
          })
        }
      >
        {t('organizations.all')}
      </Menu.Item>
    </>
  );
}
