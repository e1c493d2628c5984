/**
 * What is mutated, and the tests that must notice. `score`: the least part of the mutants, in percent, that the tests
 * kill. `postgres`: the tests need a database. `static`: values that are computed when a module is loaded are mutated
 * too; each of those mutants runs all tests of its group.
 */
export const groups = {
  errors: {
    mutate: ['server/src/google/errors.ts'],
    tests: ['server/src/google/errors.test.ts'],
    static: true,
    score: 90,
  },
  redaction: {
    mutate: ['server/src/mail/redaction/*.ts'],
    tests: ['server/src/mail/redaction/*.test.ts'],
    static: true,
    score: 80,
  },
  compose: {
    mutate: ['server/src/mail/compose/*.ts'],
    tests: ['server/src/mail/compose/*.test.ts'],
    score: 80,
  },
  reports: {
    mutate: ['server/src/mail/reports/*.ts'],
    tests: ['server/src/mail/reports/*.test.ts', 'server/src/inbound/parse/parse-message.test.ts'],
    score: 80,
  },
  quoting: {
    mutate: ['server/src/mail/quoting/*.ts'],
    tests: ['server/src/mail/quoting/*.test.ts', 'server/src/inbound/parse/own-words.test.ts'],
    score: 80,
  },
  html: { mutate: ['server/src/mail/html/*.ts'], tests: ['server/src/mail/html/*.test.ts'], score: 80 },
  mime: {
    mutate: ['server/src/mail/mime/*.ts'],
    tests: ['server/src/mail/mime/*.test.ts', 'server/src/inbound/parse/parse-message.test.ts'],
    score: 80,
  },
  calendar: {
    mutate: ['server/src/mail/calendar/*.ts'],
    tests: ['server/src/mail/calendar/*.test.ts'],
    score: 80,
  },
  decide: {
    mutate: [
      'server/src/inbound/decide/decide.ts',
      'server/src/inbound/decide/choose-conversation.ts',
      'server/src/inbound/decide/find-conversation.ts',
    ],
    tests: [
      'server/src/inbound/decide/decide.test.ts',
      'server/src/inbound/decide/find-conversation.test.ts',
    ],
    static: true,
    score: 80,
  },
  failure: {
    mutate: ['server/src/outbound/send/delivery-failure.ts'],
    tests: [
      'server/src/outbound/send/delivery-failure*.test.ts',
      'server/src/outbound/send/send-responses.test.ts',
    ],
    postgres: true,
    static: true,
    score: 90,
  },
  outbound: {
    mutate: [
      'server/src/outbound/deliveries/{held-deliveries,undo-send}.ts',
      'server/src/outbound/send/{claim,confirm-sent,deliver,recover-deliveries,sent-before-start}.ts',
    ],
    tests: ['server/src/outbound/**/*.test.ts'],
    postgres: true,
    score: 80,
  },
  access: {
    mutate: ['server/src/http/access.ts'],
    tests: ['server/src/http/routes.test.ts'],
    postgres: true,
    score: 80,
  },
  'stored-redaction': {
    mutate: ['server/src/redaction/*.ts'],
    tests: ['server/src/redaction/*.test.ts'],
    postgres: true,
    score: 80,
  },
};
