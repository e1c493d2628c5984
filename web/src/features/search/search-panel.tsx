import { Suspense } from 'react';
import { lazyPart } from '../../locales/lazy.ts';
import { atPress } from '../../ui/at-press.ts';
import { afterFirstView } from '../../ui/first-view.ts';
import { SearchButton } from './search-button.tsx';
import type { SearchPanelProps } from './search-popover.tsx';

const SearchPopover = lazyPart(() => import('./search-popover.tsx'), afterFirstView);

/** A button in the search field that opens a panel below it; what places the panel is loaded after the first view. */
export function SearchPanel(props: SearchPanelProps) {
  const { label, icon, onChange } = props;
  return (
    <Suspense fallback={<SearchButton label={label} icon={icon} {...atPress(() => onChange(true))} />}>
      <SearchPopover {...props} />
    </Suspense>
  );
}
