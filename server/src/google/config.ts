/** Google's endpoints. Each can be configured, so that a Google-compatible server can be used instead. */
export type GoogleAddresses = {
  /** The `iss` of id_tokens. */
  issuer: string;
  authorization: string;
  token: string;
  revoke: string;
  /** The keys that id_tokens are signed with, as a JSON Web Key Set (RFC 7517). */
  jwks: string;
  gmailRoot: string;
  pubsubRoot: string;
  /** The document that names the issuer and keys of security events (Cross-Account Protection). */
  riscConfiguration: string;
  /** The API that says where security events are sent. */
  riscRoot: string;
};

/** The OAuth client of this deployment. */
export type GoogleClientConfig = { clientId: string; clientSecret: string; addresses: GoogleAddresses };

/** Google's own addresses, as https://accounts.google.com/.well-known/openid-configuration lists them. */
export const googleAddresses: GoogleAddresses = {
  issuer: 'https://accounts.google.com',
  authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  revoke: 'https://oauth2.googleapis.com/revoke',
  jwks: 'https://www.googleapis.com/oauth2/v3/certs',
  gmailRoot: 'https://gmail.googleapis.com/',
  pubsubRoot: 'https://pubsub.googleapis.com/',
  riscConfiguration: 'https://accounts.google.com/.well-known/risc-configuration',
  riscRoot: 'https://risc.googleapis.com/',
};
