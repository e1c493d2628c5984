/** What an admin sets of an address (C7). */
export type MailboxSettingsValues = {
  displayName: string;
  templateId: string | null;
  dynamicAliasName: boolean;
  threading: 'single' | 'history';
};
