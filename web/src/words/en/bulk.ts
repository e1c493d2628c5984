/** The words of bulk messages; part of en.ts. */
export const bulk = {
  title: 'Bulk messages',
  write: 'Write a bulk message',
  new: 'New bulk message',
  empty: {
    title: 'No bulk messages yet',
    text: 'Write one message to many customers, each alone on To.',
  },
  subject: 'Subject',
  from: 'From',
  state: 'State',
  progress: 'Progress',
  written: 'Written',
  discard: 'Discard this bulk message',
  states: {
    draft: 'Draft',
    sending: 'Sending',
    paused: 'Paused',
    stopped: 'Stopped',
    cancelled: 'Cancelled',
    done: 'Done',
  },
  sentOf: (sent: number, all: number) => `${sent.toLocaleString('en')} of ${all.toLocaleString('en')} sent`,
  message: {
    title: 'Message',
    label: 'Message',
    from: 'From',
    noSender: 'No address is connected',
    placeholder: 'Write to your customers',
    fields:
      'Fields like {{firstName}}, {{name}} and {{email}} are filled for each customer, and so is every column of your list, by its name in double braces.',
    goOn: 'Save and choose customers',
    save: 'Save changes',
    saved: 'Saved',
  },
  customers: {
    title: 'Customers',
    count: (count: number) =>
      count === 0 ? 'Nobody yet' : count === 1 ? '1 customer' : `${count.toLocaleString('en')} customers`,
    paste: 'Paste a list',
    pasteHelp: 'An address a line, or CSV with a line of column names (email, name and any others).',
    addList: 'Add the list',
    upload: 'Upload a CSV file',
    search: 'Or find customers',
    searchHelp: 'By name or address. Empty finds all of them.',
    addAll: 'Add all customers',
    addFound: 'Add those found',
    clear: 'Take all out again',
    chosen: 'Customers who get it',
    takeOut: (who: string) => `Take ${who} out`,
    found: (names: string[]) =>
      names.length < 10 ? `Found: ${names.join(', ')}.` : `Found: ${names.join(', ')}, and others.`,
    noneFound: 'No customer has such a name or address.',
    added: (added: number, duplicates: number, unsubscribed: number) =>
      [
        `${added.toLocaleString('en')} added.`,
        duplicates === 1 ? '1 was there already.' : '',
        duplicates > 1 ? `${duplicates.toLocaleString('en')} were there already.` : '',
        unsubscribed === 1 ? '1 has unsubscribed and is left out.' : '',
        unsubscribed > 1 ? `${unsubscribed.toLocaleString('en')} have unsubscribed and are left out.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    bad: (count: number) =>
      count === 1 ? '1 line could not be used:' : `${count.toLocaleString('en')} lines could not be used:`,
    line: (line: number) => `Line ${line}`,
  },
  check: {
    title: 'Check and send',
    preview: 'Preview',
    to: (name: string, address: string) => `To: ${name ? `${name} <${address}>` : address}`,
    from: (name: string, address: string) => `From: ${name} <${address}>`,
    previous: 'Previous customer',
    next: 'Next customer',
    unknown: (fields: string[]) =>
      `Your list has no column for ${fields.map((field) => `{{${field}}}`).join(', ')}.`,
    test: 'Send a test to me',
    tested: (address: string) => `A test is on its way to ${address}.`,
    warning: (address: string) => `Gmail may block ${address} if many people mark this as spam`,
    warningText:
      'Send only to customers who expect it. A blocked address can neither send nor answer for up to a day. Every message carries a link to unsubscribe.',
    allowance: (limit: number, sent: number, left: number) =>
      `Google lets a paid Workspace address send about ${limit.toLocaleString('en')} messages in 24 hours (500 on trial). ${sent.toLocaleString('en')} have left it; this may send ${left.toLocaleString('en')} now.`,
    takesDays: 'The rest goes out by itself over the next days.',
    send: (count: number) =>
      count === 1 ? 'Send to 1 customer' : `Send to ${count.toLocaleString('en')} customers`,
  },
  sending: {
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel the rest',
    cancelSure: 'Cancel for good',
    goOn: 'Leave it',
    report: 'Download report',
    first: 'First page',
    more: 'Next page',
    states: {
      waiting: 'Waiting',
      'left-out': 'Left out',
      sending: 'Being sent',
      sent: 'Sent',
      bounced: 'Bounced',
      failed: 'Failed',
    },
  },
};
