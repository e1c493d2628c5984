/** The base path of better-auth's routes. */
export const signInPath = '/api/auth';

/** The header that passes a request's IP address to better-auth. */
export const ipHeader = 'x-postroom-client';

/** How the names of better-auth's cookies begin, after `__Secure-` where the address is https. */
export const cookiePrefix = 'postroom';

/** How long a session lasts without a request. */
export const sessionSeconds = 30 * 24 * 3600;
