import { defaultClient } from '../../../google-simulator/src/clients.ts';
import type { GoogleClientConfig } from '../google/config.ts';

/** Postroom's client of the simulated Google at `url`. */
export function simulatedClient(url: string): GoogleClientConfig {
  return {
    clientId: defaultClient.clientId,
    clientSecret: defaultClient.secret,
    addresses: {
      issuer: url,
      authorization: `${url}/o/oauth2/v2/auth`,
      token: `${url}/token`,
      revoke: `${url}/revoke`,
      jwks: `${url}/oauth2/v3/certs`,
      gmailRoot: `${url}/`,
      pubsubRoot: `${url}/`,
      riscConfiguration: `${url}/.well-known/risc-configuration`,
      riscRoot: `${url}/`,
    },
  };
}

/** The variables with which a process of Postroom uses it. */
export function simulatorSettings(url: string): Record<string, string> {
  const { clientId, clientSecret, addresses } = simulatedClient(url);
  return {
    GOOGLE_CLIENT_ID: clientId,
    GOOGLE_CLIENT_SECRET: clientSecret,
    GOOGLE_ISSUER: addresses.issuer,
    GOOGLE_AUTHORIZATION_URL: addresses.authorization,
    GOOGLE_TOKEN_URL: addresses.token,
    GOOGLE_REVOKE_URL: addresses.revoke,
    GOOGLE_JWKS_URL: addresses.jwks,
    GOOGLE_GMAIL_ROOT_URL: addresses.gmailRoot,
    GOOGLE_PUBSUB_ROOT_URL: addresses.pubsubRoot,
    GOOGLE_RISC_CONFIGURATION_URL: addresses.riscConfiguration,
    GOOGLE_RISC_ROOT_URL: addresses.riscRoot,
  };
}
