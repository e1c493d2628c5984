/** The layers of server/src, highest first: each folder imports only from lower ones and from its own layer. */
const layers = [
  ['http', 'jobs', 'commands'],
  ['inbound', 'outbound'],
  [
    'bulk',
    'conversations',
    'customers',
    'drafts',
    'mailboxes',
    'redaction',
    'reports',
    'search',
    'templates',
  ],
  [
    'audit',
    'backup',
    'events',
    'files',
    'idempotency',
    'identities',
    'instances',
    'notifications',
    'operations',
    'webhooks',
  ],
  ['database', 'google', 'locales', 'mail', 'network', 'queue', 'stores'],
  ['metrics', 'tracing'],
];
const anyOf = (folders) => `^server/src/(${folders.join('|')})/`;
const app = '^server/src/(main|app)[.]ts$';
const test = '[.]test[.]tsx?$';
const testCode = `${test}|/testing/|^google-simulator/src/testing[.]ts$`;

const layerRules = layers.slice(1).map((folders, index) => ({
  name: `imports-only-lower-layers: ${folders.join(', ')}`,
  severity: 'error',
  from: { path: anyOf(folders), pathNot: test },
  to: { path: [app, anyOf(layers.slice(0, index + 1).flat())] },
}));

/** The rules of ARCHITECTURE.md about imports. .dependency-cruiser-folders.cjs adds: no cycle between folders. */
module.exports = {
  forbidden: [
    { name: 'no-circular-files', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'folder-has-a-layer',
      comment: 'Add a new folder of server/src to `layers` above.',
      severity: 'error',
      from: { path: '^server/src/[^/]+/', pathNot: anyOf([...layers.flat(), 'testing']) },
      to: {},
    },
    {
      name: 'imported-folder-has-a-layer',
      severity: 'error',
      from: { path: '^server/src/' },
      to: { path: '^server/src/[^/]+/', pathNot: anyOf([...layers.flat(), 'testing']) },
    },
    ...layerRules,
    {
      name: 'inbound-and-outbound-apart',
      severity: 'error',
      from: { path: '^server/src/(inbound|outbound)/', pathNot: test },
      to: { path: '^server/src/(inbound|outbound)/', pathNot: '^server/src/$1/' },
    },
    {
      name: 'deciding-does-no-input-or-output',
      comment: 'inbound/decide/ is pure: it gets what is loaded, and returns what is to be written.',
      severity: 'error',
      from: { path: '^server/src/inbound/decide/', pathNot: test },
      to: {
        path: [anyOf(['database', 'events', 'google', 'queue', 'stores']), 'node_modules/(pg|kysely)/'],
        pathNot: '^server/src/database/column-types[.]ts$',
      },
    },
    {
      name: 'only-google-uses-google-libraries',
      severity: 'error',
      from: { path: '^server/src/', pathNot: '^server/src/google/' },
      to: { path: 'node_modules/(@googleapis|google-auth-library|googleapis|gaxios)' },
    },
    {
      name: 'mail-imports-only-mail',
      comment: 'and what loads a library later.',
      severity: 'error',
      from: { path: '^server/src/mail/', pathNot: test },
      to: { path: '^server/src/', pathNot: ['^server/src/mail/', '^server/src/load-later.ts$'] },
    },
    {
      name: 'mail-does-no-input-or-output',
      comment: 'mail/ is pure: of Node it imports only what computes.',
      severity: 'error',
      from: { path: '^server/src/mail/', pathNot: test },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|string_decoder|url|util)$' },
    },
    {
      name: 'mail-uses-no-database-or-network-library',
      severity: 'error',
      from: { path: '^server/src/mail/', pathNot: test },
      to: { path: 'node_modules/(pg|pg-boss|kysely|piscina|fastify|better-auth)/' },
    },
    {
      name: 'http-has-no-sql',
      comment: 'Queries belong to the domain folders. scripts/no-sql.grit finds those that need no import.',
      severity: 'error',
      from: { path: '^server/src/http/', pathNot: test },
      to: { path: 'node_modules/(pg|kysely)/' },
    },
    {
      name: 'routes-import-no-route',
      severity: 'error',
      from: { path: '^server/src/http/routes/', pathNot: test },
      to: { path: '^server/src/http/routes/' },
    },
    {
      name: 'packages-apart',
      comment: 'The packages meet over HTTP and IMAP only.',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/', pathNot: testCode },
      to: { path: '^(server|web|google-simulator)/', pathNot: '^$1/' },
    },
    {
      name: 'packages-import-no-tool',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/' },
      to: { path: '^(bench|corpora|e2e|scripts|torture)/' },
    },
    {
      name: 'locales-import-no-package',
      severity: 'error',
      from: { path: '^locales/', pathNot: test },
      to: { path: '^(server|web|google-simulator)/' },
    },
    {
      name: 'tools-apart',
      comment: 'The page load bench uses the browser of e2e, and the corpora suite its pages.',
      severity: 'error',
      from: { path: '^(bench|corpora|e2e|scripts|torture)/' },
      to: { path: '^(bench|corpora|e2e|scripts|torture)/', pathNot: '^($1/|e2e/)' },
    },
    {
      name: 'e2e-serves-bench-and-corpora-only',
      severity: 'error',
      from: { path: '^(scripts|torture)/' },
      to: { path: '^e2e/' },
    },
    {
      name: 'tools-use-the-web-in-a-browser',
      comment: 'The browser tests read its words to find what they click, and build service workers.',
      severity: 'error',
      from: { path: '^(bench|corpora|e2e|scripts|torture)/' },
      to: { path: '^web/', pathNot: '^web/(src/(words|locales)/|service-worker-plugin)' },
    },
    {
      name: 'production-imports-no-test-code',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/src/', pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'web-features-apart',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/features/', pathNot: '^web/src/features/$1/' },
    },
    {
      name: 'web-ui-and-api-import-no-feature',
      severity: 'error',
      from: { path: '^web/src/(ui|api)/' },
      to: { path: '^web/src/features/' },
    },
    {
      name: 'only-main-imports-web-routes',
      severity: 'error',
      from: { path: '^web/src/(features|ui|api)/' },
      to: { path: '^web/src/routes/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?!node_modules/).*/(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
