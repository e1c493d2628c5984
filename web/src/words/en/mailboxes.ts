const many = (count: number) => count.toLocaleString('en');

/** Words about connected addresses: their list, connecting one, one's page, disconnected. */
export const mailboxWords = {
  email: {
    apps: 'Apps',
    nav: 'Email',
    title: 'Email addresses',
    add: 'Add Email Address',
    gmail: 'Gmail',
    template: (name: string) => `Template: ${name}`,
    connected: 'Connected',
    disconnectedSince: (when: string) => `Disconnected since ${when}`,
    lastMessage: 'Last message',
    noMessage: 'No message yet',
    check: {
      ask: 'Check this mailbox',
      begun: 'Checking against Gmail …',
      counting: (count: number, of: number) => `Checking … ${many(count)} of ${many(of)}`,
      fetching: (count: number, of: number) => `Fetching what was missing … ${many(count)} of ${many(of)}`,
      done: (here: number, expected: number) => `${many(here)} of ${many(expected)} messages · checked`,
      fetched: (count: number) =>
        count === 1
          ? '1 was missing and has been fetched'
          : `${many(count)} were missing and have been fetched`,
      absent: (count: number) =>
        count === 1
          ? '1 is missing and could not be fetched'
          : `${many(count)} are missing and could not be fetched`,
      next: (clock: string) => `Next check at ${clock}.`,
      missingTitle: 'Messages that were missing',
      close: 'Close',
    },
    hearing: {
      announced: 'New mail is announced by Google',
      looking: 'Looks for new mail every few seconds',
    },
    menu: (address: string) => `Actions for ${address}`,
    open: 'Open',
    settings: 'Settings',
    reconnect: 'Reconnect',
    delete: 'Delete',
    footer: 'Existing messages in a Gmail account are not imported. Read receipts are not supported.',
    justConnected: 'Just connected',
    first: {
      title: 'Connect your first email address',
      text: 'Customers write to it as before. Their mail appears in Postroom, and your answers leave from the same address.',
      practice: 'No Google account at hand? Use the practice one.',
      practiceText:
        'This Postroom runs with a simulated Google: connect support@acme.example, then write to it as a customer in the practice webmail.',
      openWebmail: 'Open the practice webmail',
    },
    deleteTitle: (address: string) => `Delete ${address}?`,
    deleteText:
      'Postroom stops receiving and sending with this address and gives its access back to Google. Conversations and messages stay in Postroom; nothing is deleted in Gmail. To use the address again you will connect it again.',
    deleteConfirm: 'Delete address',
    deleteKeep: 'Keep',
    saved: 'Changes saved',
  },
  connect: {
    title: 'Add a Gmail address',
    reconnectTitle: 'Reconnect a Gmail address',
    steps: ['Sign in with Google', 'Settings', 'Done'],
    before: [
      'You need a Google Workspace account whose mail should come to Postroom.',
      'Sign in to that account, not to your own: each address is connected by itself.',
      'Postroom will be able to read its mail and send mail as it.',
    ],
    again: (address: string) => [
      `Sign in to the Google account of ${address}, and allow Postroom to use it.`,
      'Its settings, conversations and messages are kept.',
      'Messages that arrived meanwhile are fetched, and messages held since are sent.',
    ],
    continue: 'Continue',
    signIn: 'Sign in with Google',
    waiting: 'Waiting for you to finish in the Google window …',
    bringBack: 'Show the Google window',
    closed: 'The Google window was closed before you finished. Nothing was connected.',
    blocked: 'Your browser blocked the Google window.',
    blockedRemedy: 'Sign in on this page instead, or allow windows of this page and try again.',
    goOnHere: 'Sign in on this page instead',
    expired: 'This sign-in took too long. Nothing was connected.',
    cancelled: 'This sign-in was cancelled. Nothing was connected.',
    authorised: (address: string) => `${address} is ready. Choose how it is used, then save.`,
    notYet: 'Nothing is received until you save.',
    nothing: 'Nothing was connected.',
    savedAlready: 'This address is connected.',
    toList: 'To the email addresses',
    practiceHint: 'In this practice set-up, choose support@acme.example in the window that opens.',
    /** What Google says in its own window, and leads back from nowhere. */
    google: {
      title: 'Did Google show an error?',
      says: 'Google says',
      cases: [
        {
          said: 'Access is blocked by your organization’s administrator (admin_policy_enforced)',
          means: 'The Google Workspace administrator of the account does not let apps use Gmail.',
          remedy:
            'Have the administrator trust Postroom in the Google Admin console under Security > API controls, then sign in again.',
        },
        {
          said: 'The app is being tested and can only be accessed by developer-approved testers (access_denied)',
          means: 'The Google client of this Postroom is in Testing, and the account is not on its list.',
          remedy:
            'Whoever runs Postroom adds the account as a test user in the Google Cloud console (Google Auth Platform > Audience), makes the app Internal or publishes it. In Testing, Google ends the access after seven days.',
        },
        {
          said: 'The app can only be used within its organization (org_internal)',
          means:
            'This Postroom connects accounts of its own organisation only, and the account is of another.',
          remedy: 'Sign in with an account of the organisation that runs this Postroom.',
        },
        {
          said: 'Couldn’t find your Google Account',
          means: 'A Google Group or an alias is no account of its own: nobody signs in with it.',
          remedy: 'Connect the account its mail goes to. What is sent to the group or alias arrives with it.',
        },
        {
          said: 'The account has been disabled (account_disabled)',
          means: 'The Google account was disabled by its administrator or by Google.',
          remedy: 'Have the Google Workspace administrator restore it, then sign in again.',
        },
        {
          said: 'Error 400: redirect_uri_mismatch',
          means: 'Google does not know the address of this Postroom.',
          remedy:
            'Whoever runs Postroom adds it, exactly as POSTROOM_URL has it, to the redirect addresses of the client in the Google Cloud console.',
        },
      ],
    },
  },
  form: {
    displayName: 'Display name',
    displayNameHelp: 'What agents see when they choose the address, and the name customers see.',
    displayNameMissing: 'Give the address a display name.',
    template: 'Template',
    templateHelp: 'The layout your messages are sent in.',
    blank: 'Blank',
    alias: 'Dynamic Alias Name',
    aliasHelp: 'Messages carry the name of the agent who wrote them.',
    threading: 'Threading',
    single: 'Single message replies',
    singleHelp: 'The customer gets your answer alone.',
    history: 'Include history in replies',
    historyHelp:
      'Below your answer the customer gets all earlier emails of the conversation, newest first. Notes are never in it.',
    save: 'Save Changes',
    preview: 'What a customer gets',
    from: 'From',
    replyTo: 'Answers go to',
    subject: 'Subject',
    shownWith: 'Shown with',
    latest: 'the latest conversation',
    example: 'an example',
    previewFrame: 'The message a customer gets',
    previewFault: (why: string) => `The template cannot be filled: ${why}`,
    previewBody: 'Hello,\nthank you for writing. Your parcel left today.',
    previewEarlierBody: 'Where is my parcel?',
    you: 'You',
    customer: 'Customer',
  },
  mailbox: {
    state: 'How it is doing',
    connectedSince: 'Connected since',
    signedIn: 'Last signed in at Google',
    hearing: 'New mail',
    received: 'Last message received',
    sent: 'Last message sent',
    never: 'none yet',
    watch: 'Announcements of new mail',
    watchRenewed: 'renewed',
    watchUntil: (when: string) => `valid until ${when}; renewed every day`,
    noWatch: 'not used: Postroom looks by itself',
    backlog: 'Backlog',
    current: 'None: everything at Gmail has been read',
    behind: 'Reading messages that are at Gmail already',
    behindSince: (when: string) => `Reading messages that are at Gmail already; was up to date at ${when}`,
    retry: (when: string) => `Gmail does not answer as it should. Postroom tries again at ${when}.`,
    stopped: 'Nothing is read while the address is disconnected',
    leaving: (count: number) =>
      count === 1 ? '1 message is being sent' : `${many(count)} messages are being sent`,
    held: (count: number) =>
      count === 1
        ? '1 message is held until you reconnect'
        : `${many(count)} messages are held until you reconnect`,
    heldAsking: (count: number) =>
      count === 1
        ? '1 message is held and asks whether to be sent'
        : `${many(count)} messages are held and ask whether to be sent`,
    scheduled: (count: number) =>
      count === 1 ? '1 message waits for its time' : `${many(count)} messages wait for their time`,
    allowance: 'Sending allowance',
    left: (left: number, limit: number) => `${many(left)} of ${many(limit)} messages left in 24 hours`,
    leftHelp: 'By Google’s limit for a paid Workspace account. It is 500 during a Workspace trial.',
    limited: (until: string) =>
      `Google lets nothing out until ${until}. Messages wait and leave by themselves.`,
    quota: 'Gmail quota',
    quotaUsed: (used: number, of: number) => `${many(used)} of ${many(of)} units used in the last minute`,
    check: 'Completeness',
    notChecked: 'not checked yet; the first check comes by itself within a day',
    traffic: 'Messages a day',
    trafficText: 'The last 30 days',
    trafficAsTable: 'As a table',
    trafficPicture: (received: number, sent: number) =>
      `${many(received)} messages received and ${many(sent)} sent in the last 30 days`,
    day: 'Day',
    receivedCount: 'Received',
    sentCount: 'Sent',
    test: 'Send yourself a test message',
    testWaiting: (to: string) => `A test message to ${to} is on its way.`,
    testSent: (to: string) =>
      `The test message to ${to} was sent. Answer it, and your answer appears in the inbox.`,
    testHeld: (to: string) => `The test message to ${to} is held until the address is reconnected.`,
    testFailed: (to: string) => `The test message to ${to} was not sent.`,
    testOpen: 'Open it in the inbox',
    settings: 'Settings',
    danger: 'Delete this address',
  },
  disconnected: {
    one: (address: string) => `${address} is disconnected from Gmail.`,
    why: 'Nothing is received, and what is sent is held. Nothing is lost.',
    many: (count: number) => `${many(count)} addresses are disconnected from Gmail.`,
    show: 'Show them',
    reconnect: (address: string) => `Reconnect ${address}`,
    askAdmin: 'Ask an admin to reconnect it.',
  },
};
