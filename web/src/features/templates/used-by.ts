import { t } from '../../locales/messages.ts';
import { listAddresses } from '../../ui/list-addresses.ts';

/** Which addresses use a template. */
export const usageLabel = (addresses: string[]): string =>
  addresses.length > 0
    ? t('templates.usedBy', { addresses: listAddresses(addresses) })
    : t('templates.notUsed');
