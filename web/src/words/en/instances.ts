/** Inboxes: making, naming, switching between and deleting them. */
export const instances = {
  general: 'General',
  generalText: 'The name of this inbox, and deleting it.',
  title: 'Your inboxes',
  text: 'Switch to another inbox, or make a new one.',
  here: 'You are here',
  open: 'Open',
  openOf: (name: string) => `Open ${name}`,
  all: 'All inboxes …',
  named: ({ name, kind }: { name: string; kind: 'production' | 'sandbox' }) =>
    kind === 'sandbox' ? `${name} (Sandbox)` : name,
  kinds: { production: 'Production', sandbox: 'Sandbox' },
  create: 'New inbox',
  createTitle: 'Make a new inbox',
  createText: 'It has its own people, addresses and conversations. You are its first admin.',
  name: 'Name',
  nameHelp: 'What people see. The address of its pages stays as it is.',
  kind: 'Kind',
  kindHelp: { production: 'For your customers’ mail.', sandbox: 'To try things out, marked as such.' },
  createIt: 'Make the inbox',
  save: 'Save Changes',
  saved: 'Changes saved',
  delete: {
    heading: 'Delete this inbox',
    text: 'For good, with everything in it.',
    open: 'Delete this inbox …',
    title: (name: string) => `Delete ${name}?`,
    intro: 'This cannot be undone. At once:',
    access: (count: number) =>
      count === 1 ? 'You lose access; nobody else has any.' : `All ${count} people lose access, you too.`,
    mailboxes: (addresses: string) =>
      `${addresses}: Postroom stops receiving and sending, and gives the access back to Google. Nothing is deleted in Gmail.`,
    noMailboxes: 'No address is connected.',
    data: (conversations: number, customers: number) =>
      `Deleted from Postroom: conversations (${conversations}), customers (${customers}), templates, settings and the audit log.`,
    type: (name: string) => `Type ${name} to confirm`,
    confirm: 'Delete for good',
    keep: 'Keep',
    done: (name: string) => `${name} is deleted`,
  },
};
