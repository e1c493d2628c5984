import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from '../locales/messages.ts';
import styles from './page.module.css';
import { useAppContext } from './shell.tsx';

/** The places above a page, outermost first; `to` is a path below the organization, such as `settings`. */
export type Place = { name: string; to: string };

/** The way to a page, above its title. */
export function Breadcrumbs({ places }: { places: Place[] }) {
  const { slug } = useAppContext().instance;
  return (
    <nav className={styles.breadcrumbs} aria-label={t('common.breadcrumbs')}>
      {places.map(({ name, to }) => (
        <Link
          key={to + name}
          // The page below it is the current one.
          activeOptions={{ exact: true }}
          {...({ to: `/$slug/${to}`, params: { slug } } as LinkProps)}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
