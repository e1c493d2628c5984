/** The settings of a mailbox that an admin can change (C7). */
export type MailboxSettingsValues = {
  displayName: string;
  templateId: string | null;
  dynamicAliasName: boolean;
  threading: 'single' | 'history';
};
