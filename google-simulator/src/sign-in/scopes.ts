const emailScope = 'https://www.googleapis.com/auth/userinfo.email';
const profileScope = 'https://www.googleapis.com/auth/userinfo.profile';

/** The supported scopes, with their texts on the consent page. */
const scopeDescriptions: ReadonlyMap<string, string> = new Map([
  ['openid', 'Associate you with your personal info on Google'],
  [emailScope, 'See your primary Google Account email address'],
  [profileScope, "See your personal info, including any personal info you've made publicly available"],
  ['https://www.googleapis.com/auth/gmail.readonly', 'View your email messages and settings'],
  ['https://www.googleapis.com/auth/gmail.send', 'Send email on your behalf'],
  ['https://www.googleapis.com/auth/gmail.compose', 'Manage drafts and send emails'],
  ['https://www.googleapis.com/auth/gmail.modify', 'Read, compose, and send emails from your Gmail account'],
  ['https://www.googleapis.com/auth/gmail.labels', 'See and edit your email labels'],
  ['https://www.googleapis.com/auth/gmail.insert', 'Add emails into your Gmail mailbox'],
  [
    'https://www.googleapis.com/auth/gmail.metadata',
    'View your email message metadata such as labels and headers, but not the email body',
  ],
  [
    'https://www.googleapis.com/auth/gmail.settings.basic',
    'See, edit, create, or change your email settings and filters in Gmail',
  ],
  [
    'https://www.googleapis.com/auth/gmail.settings.sharing',
    'Manage your sensitive mail settings, including who can manage your mail',
  ],
  ['https://mail.google.com/', 'Read, compose, send, and permanently delete all your email from Gmail'],
  ['https://www.googleapis.com/auth/pubsub', 'View and manage Pub/Sub topics and subscriptions'],
  [
    'https://www.googleapis.com/auth/cloud-platform',
    'See, edit, configure, and delete your Google Cloud data and see the email address for your Google Account',
  ],
]);

/** The requested scopes without repeats; `email` and `profile` by the long names in Google's responses. */
export function canonicalScopes(scope: string): string[] {
  const long = (name: string): string =>
    name === 'email' ? emailScope : name === 'profile' ? profileScope : name;
  return [...new Set(scope.split(/\s+/).filter(Boolean).map(long))];
}

/** What a scope allows, in words; undefined for an unsupported scope. */
export function describeScope(scope: string): string | undefined {
  return scopeDescriptions.get(scope);
}
