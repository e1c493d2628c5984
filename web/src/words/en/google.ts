/** Apps > Email > Set up Google: the same as docs/google.md. */
export const google = {
  title: 'Set up Google',
  intro:
    'Done once, in the Google Cloud console, by somebody who may make projects in your Google Workspace organisation.',
  openConsole: 'Open the Google Cloud console',
  practice:
    'This Postroom runs with the simulated Google, so there is nothing to set up. The checks below look at the simulated one. What is to be copied is what a real one would need.',
  openPractice: 'Open the simulated webmail',
  done: 'A Google client is configured: addresses can be connected.',
  missing: 'No Google client is configured yet, so no address can be connected. These steps make one.',
  notConfigured: 'No Google client is configured yet, so no address can be connected.',
  connect: 'Connect an address',
  check: 'Check now',
  checking: 'Looking at each step …',
  checkedAt: (when: string) => `Checked ${when}`,
  notChecked: 'Not checked yet',
  states: {
    ok: 'Right',
    missing: 'Missing',
    wrong: 'Wrong',
    unseen: 'Cannot be seen from here',
    off: 'Not used',
  },
  copy: (what: string) => `Copy ${what}`,
  copied: 'Copied',
  project: 'ID of your Google Cloud project',
  projectHelp: 'It is put into the commands below. Google shows it beside the name of the project.',
  projectPlaceholder: 'my-project',
  needed: 'Needed',
  better: 'Better',
  betterStill: 'Better still',
  steps: {
    project: {
      title: 'Make a project and enable Gmail in it',
      lines: [
        'In the console, make a project that belongs to your Google Workspace organisation.',
        'Go to APIs & Services > Library, find Gmail API, and choose Enable.',
      ],
    },
    audience: {
      title: 'Make the app Internal',
      lines: [
        'Go to Google Auth Platform > Audience and choose Internal. Then Google verifies nothing, warns nobody, and sets no limit of seven days.',
        'An External app in Testing loses its access after seven days. Postroom says so when it happens.',
      ],
    },
    scopes: {
      title: 'Say what Postroom may do',
      lines: ['Go to Google Auth Platform > Data Access > Add or remove scopes, and add exactly these.'],
      scope: 'Permission',
    },
    client: {
      title: 'Make the client',
      lines: [
        'Go to Google Auth Platform > Clients > Create client, and choose the type Web application.',
        'Under Authorized redirect URIs put this address, letter by letter.',
      ],
      redirect: 'Redirect address',
    },
    postroom: {
      title: 'Tell Postroom',
      lines: [
        'Google shows the client’s ID and secret. Put them into Postroom’s environment, or into the file .env beside its package.json, with the address people open Postroom at. Then start Postroom again.',
      ],
      settings: 'Settings of Postroom',
    },
    pubsub: {
      title: 'Let Google announce new mail',
      lines: [
        'Without this Postroom looks for new mail every second to three. With Cloud Pub/Sub it is here in a fraction of a second, and costs less of Google’s quota.',
        'Go to APIs & Services > Library, find Cloud Pub/Sub API, and choose Enable. Make a service account with the role Pub/Sub Editor, and give Postroom its key file. On Google Cloud the machine’s own account serves.',
      ],
      settings: 'Settings of Postroom for Pub/Sub',
      afterwards:
        'Start Postroom again: it makes topic, Gmail’s right to publish and subscription where it may. Where it may not, these commands do, and the role Pub/Sub Subscriber is enough for it afterwards.',
      command: (number: number) => `Command ${number}`,
      push: 'To be pushed to instead of pulling, Postroom must be open to Google under https: set this one too. Google then calls the address below, signed as that account.',
      pushSetting: 'Setting for pushing',
      pushEndpoint: 'Address Pub/Sub pushes to',
    },
    security: {
      title: 'Hear at once of a lost access',
      lines: [
        'With Cross-Account Protection Google tells at once when access is revoked or an account is disabled. Without it Postroom notices within a minute.',
        'Enable the RISC API and accept its terms. Register the address below as Google’s page shows (stream:update, by a service account with the role RISC Configuration Admin), for all oauth and risc events.',
      ],
      endpoint: 'Address for security events',
      page: 'Google’s page on Cross-Account Protection',
    },
  },
};
