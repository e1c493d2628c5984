/** Taking out of Postroom what should not be kept. */
export const redaction = {
  redaction: {
    menu: (name: string) => `Actions for the message from ${name}`,
    redact: 'Redact a passage',
    remove: 'Delete message',
    source: 'Headers and source',
    save: 'Save the original',
    title: 'Redact a passage',
    passage: 'Passage',
    passageHelp: 'Mark the words in the message before you open this, or type them here as they stand.',
    places: (count: number) =>
      count === 1 ? 'Stands once in this message.' : `Stands ${count} times in this message.`,
    others: (count: number) =>
      count === 1
        ? 'Also in 1 other message of this conversation'
        : `Also in ${count} other messages of this conversation`,
    noOthers: 'It stands in no other message of this conversation.',
    files: (names: string) => `Also in these files: ${names}`,
    filesHelp: 'Only the words of text files are read. Look into pictures and PDF files yourself.',
    what: 'The passage is taken out for good: of the message, its original, the search, what later replies quote, and exports. It cannot be brought back.',
    again: 'A message that comes later and quotes it brings it back: redact it there as well.',
    gmail: 'Your Gmail mailbox is not touched: Gmail keeps its copy.',
    confirm: 'Redact',
    keep: 'Keep',
    removeTitle: 'Delete this message?',
    removeText:
      'The message is deleted from Postroom for good, with its attachments and its original: also from the search, from what later replies quote, and from exports. A mark stays that says who deleted it. It does not come back when the mailbox is read again.',
    removeConfirm: 'Delete message',
    removeFile: (name: string) => `Delete ${name}`,
    removeFileTitle: (name: string) => `Delete ${name}?`,
    removeFileText:
      'The file is deleted from Postroom for good, also from the original of the message and from exports.',
    everywhere: 'Also where the same file came again in this conversation',
    removeFileConfirm: 'Delete file',
    marks: {
      passage: (by: string) => `${by} redacted a passage`,
      attachment: (by: string) => `${by} deleted an attachment`,
      message: (by: string) => `${by} deleted this message`,
      cards: 'A card number was taken out as the message arrived',
    },
    somebody: 'Somebody',
    deleted: 'This message was deleted from Postroom.',
    settings: {
      title: 'Content',
      text: 'What is taken out of messages before they are stored.',
      cards: 'Take out card numbers',
      cardsHelp:
        'Numbers of payment cards in messages and notes are replaced as they arrive or are written; the last four digits stay. Files that people here attach are sent as they are. What is stored already does not change, and Gmail keeps its copy.',
      save: 'Save Changes',
      saved: 'Changes saved',
    },
  },
};
