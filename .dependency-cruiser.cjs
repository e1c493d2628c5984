/** The one-way rule of ARCHITECTURE.md, kept by a machine. */
const room =
  '^server/src/(bulk|conversations|customers|drafts|redaction|templates|mailboxes|notifications|search|webhooks)/';
const ground = '^server/src/(mail|google|queue|database)/';
const service = '^server/src/(instances|events|audit)/';
const street = '^server/src/(inbound|outbound)/';
const door = '^server/src/(http|jobs|commands)/';
const wiring = '^server/src/(main|app)[.]ts$';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'ground-knows-nobody-above',
      severity: 'error',
      from: { path: ground, pathNot: '[.]test[.]ts$' },
      to: { path: [door, street, room, service, wiring] },
    },
    {
      name: 'services-know-only-the-ground',
      severity: 'error',
      from: { path: service, pathNot: '[.]test[.]ts$' },
      to: { path: [door, street, room, wiring] },
    },
    {
      name: 'rooms-and-streets-know-no-door',
      severity: 'error',
      from: { path: [room, street], pathNot: '[.]test[.]ts$' },
      to: { path: [door, wiring] },
    },
    {
      name: 'rooms-ask-streets-by-the-queue',
      severity: 'error',
      from: { path: room, pathNot: '[.]test[.]ts$' },
      to: { path: street },
    },
    {
      name: 'streets-never-meet',
      severity: 'error',
      from: { path: '^server/src/(inbound|outbound)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^server/src/(inbound|outbound)/', pathNot: '^server/src/$1/' },
    },
    {
      name: 'only-google-talks-to-google',
      severity: 'error',
      from: { path: '^server/src/', pathNot: '^server/src/google/' },
      to: { path: 'node_modules/(@googleapis|google-auth-library|googleapis|gaxios)' },
    },
    {
      name: 'mail-is-pure',
      severity: 'error',
      from: { path: '^server/src/mail/', pathNot: '[.]test[.]ts$' },
      to: { path: '^server/src/', pathNot: '^server/src/mail/' },
    },
    {
      name: 'packages-have-walls',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/', pathNot: '[.]test[.]ts$|/testing/' },
      to: { path: '^(server|web|google-simulator)/', pathNot: '^$1/' },
    },
    {
      name: 'packages-know-nothing-around-them',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/' },
      to: { path: '^(torture|bench|e2e|scripts|corpora)/' },
    },
    {
      name: 'web-features-never-meet',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/features/', pathNot: '^web/src/features/$1/' },
    },
    {
      name: 'web-routes-on-top',
      severity: 'error',
      from: { path: '^web/src/(features|ui|api)/' },
      to: { path: '^web/src/routes/' },
    },
    {
      name: 'production-has-no-test-code',
      severity: 'error',
      from: { path: '^(server|web|google-simulator)/src/', pathNot: '[.]test[.]tsx?$|/testing/' },
      to: { path: '/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
