import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Me } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import { instanceName } from './instance-name.ts';

/** Items of a menu that switches to another organization. */
export function InstanceItems({ me, current }: { me: Me; current: Me['instances'][number] }) {
  const navigate = useNavigate();
  return (
    <>
      {me.instances.map((other) => (
        <Menu.Item
          key={other.id}
          disabled={other.id === current.id}
          onClick={() => navigate({ to: '/$slug/inbox/$view', params: { slug: other.slug, view: 'open' } })}
        >
          {instanceName(other)}
        </Menu.Item>
      ))}
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
