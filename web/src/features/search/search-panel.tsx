import { type ReactNode, Suspense } from 'react';
import { lazyPart } from '../../locales/lazy.ts';
import { afterFirstView } from '../../ui/first-view.ts';
import { SearchButton } from './search-button.tsx';

const SearchPopover = lazyPart(() => import('./search-popover.tsx'), afterFirstView);

export type SearchPanelProps = {
  label: string;
  icon: ReactNode;
  /** In pixels. */
  width: number;
  padding?: 'xs';
  opened: boolean;
  onChange(opened: boolean): void;
  children: ReactNode;
};

/** A button in the search field that opens a panel below it; what places the panel is loaded after the first view. */
export function SearchPanel(props: SearchPanelProps) {
  const { label, icon, onChange } = props;
  return (
    <Suspense fallback={<SearchButton label={label} icon={icon} onClick={() => onChange(true)} />}>
      <SearchPopover {...props} />
    </Suspense>
  );
}
