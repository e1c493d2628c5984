import { t } from '../../locales/messages.ts';
import { formatList } from '../../ui/format.ts';

/** The addresses in words; of many the first two. The list of addresses shows the template of each. */
export function listAddresses(addresses: string[]): string {
  const others = addresses.length - 2;
  return formatList(
    others > 1 ? [...addresses.slice(0, 2), t('templates.otherAddresses', { count: others })] : addresses,
  );
}

/** Which addresses use a template. */
export const usageLabel = (addresses: string[]): string =>
  addresses.length > 0
    ? t('templates.usedBy', { addresses: listAddresses(addresses) })
    : t('templates.notUsed');
