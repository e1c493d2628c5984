import { inject } from 'vitest';
import { openRelay } from './relay.ts';

/** A TCP relay to the Postgres of the tests, to make it go away. */
export const openDatabaseRelay = () => openRelay(inject('postgres'));
