/** An error of the RISC API, in the format of Google Cloud's APIs (https://cloud.google.com/apis/design/errors). */
export class RiscError extends Error {
  readonly code: number;
  readonly status: string;
  readonly reason: string | null;
  constructor(code: number, status: string, message: string, reason: string | null = null) {
    super(message);
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}

const forbidden = (message: string, reason?: string) =>
  new RiscError(403, 'PERMISSION_DENIED', message, reason);

/**
 * Refusals by name, in Google's words ("Error code reference" of developers.google.com/identity/protocols/risc); those
 * of an API that is not enabled are the same for every Google API.
 */
export const refusals = {
  unauthorized: new RiscError(401, 'UNAUTHENTICATED', 'Unauthorized.'),
  'api-disabled': forbidden(
    'RISC API has not been used in project 1 before or it is disabled.',
    'SERVICE_DISABLED',
  ),
  'no-role': forbidden('Service account needs permission to access your RISC configuration'),
  'not-https': forbidden('The delivery endpoint must be an HTTPS URL.'),
  'other-domain': forbidden("The delivery endpoint does not belong to any of your project's domains."),
  firebase: forbidden('Existing stream configuration does not have spec-compliant delivery method for RISC.'),
  'no-project': forbidden('Project could not be found.'),
  'no-client': forbidden('To use this API your project must have at least one OAuth client configured.'),
  '500': new RiscError(500, 'INTERNAL', 'Internal error encountered.'),
};

export type RiscFault = keyof typeof refusals;
