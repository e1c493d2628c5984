/** What stands in a conversation between and around its messages, and who is there. */
export const timeline = {
  mentions: {
    list: 'Colleagues',
    somebody: 'A colleague',
    notification: (by: string, subject: string) => `${by} mentioned you in “${subject}”`,
  },
  events: {
    done: (who: string) => `${who} set this done`,
    reopened: (who: string) => `${who} reopened this`,
    snoozed: (who: string, until: string) => `${who} snoozed this until ${until}`,
    woken: 'Back from snooze',
    assigned: (who: string, whom: string) => `${who} assigned this to ${whom}`,
    taken: (who: string) => `${who} took this`,
    unassigned: (who: string) => `${who} took the assignment off`,
    merged: (who: string) => `${who} merged another conversation into this one`,
    unmerged: (who: string) => `${who} took the merged conversation out again`,
    split: (who: string) => `${who} split this conversation`,
    moved: (who: string) => `${who} moved this to another customer`,
    somebody: 'Somebody',
  },
  joining: {
    menu: 'More for this conversation',
    merge: 'Merge with another conversation',
    mergeText:
      'Choose a conversation. Its messages come into this one, and answers to them too. You can part them again.',
    mergeConfirm: (subject: string) => `Merge “${subject}” into this conversation`,
    find: 'Find a conversation',
    noOther: 'No other conversation is found.',
    move: 'Move to another customer',
    moveConfirm: (name: string) => `Move to ${name}`,
    split: 'Split from here',
    undo: 'Undo',
  },
  earlier: { show: 'Show earlier messages', loading: 'Loading earlier messages' },
  presence: {
    one: (name: string) => `${name} is looking at this too`,
    more: (names: string) => `${names} are looking at this too`,
  },
  files: {
    all: 'Download all',
    preview: (name: string) => `Show ${name}`,
    download: 'Download',
    tooLong: 'Only the beginning is shown.',
    actions: (name: string) => `Actions for ${name}`,
  },
  source: {
    title: 'Headers and source',
    headers: 'Headers',
    source: 'Source',
    truncated: 'Only the first 256 kB are shown.',
    none: 'Postroom keeps no original of this message: it was written here.',
  },
};
