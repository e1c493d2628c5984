/** Settings > Notifications, and what a notification about a message says. */
export const notices = {
  title: 'Notifications',
  text: 'What you are told, in Postroom or by mail as well.',
  about:
    'In Postroom: at the bell, and by your browser where you allowed it. By mail: at most one about a conversation in 15 minutes, and none while you have it or another open. Automatic replies and bounces are never told.',
  of: {
    assigned: 'A new message in a conversation assigned to me',
    unassigned: 'A new conversation nobody has taken',
    mention: 'Somebody mentions me',
    mailbox: 'An address is disconnected, or connected again',
  },
  ways: { none: 'Not at all', here: 'In Postroom', mail: 'By mail too' },
  wroteToYou: (by: string, subject: string) => `${by} wrote in “${subject}”, which is yours`,
  wroteAnew: (by: string, subject: string) => `${by} began “${subject}”, which nobody has taken`,
  somebody: 'Somebody',
};
