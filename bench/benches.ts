import { hostileBench } from './hostile.ts';
import { importBench } from './import.ts';
import { ingestBench } from './ingest.ts';
import { latencyBench } from './latency.ts';
import { loadBench } from './load.ts';
import { mailboxesBench } from './mailboxes.ts';
import { quotaBench } from './quota.ts';
import { readBench } from './read.ts';
import { reportsBench } from './reports.ts';
import { sendBench } from './send.ts';
import { simulatorBench } from './simulator.ts';
import { startBench } from './start.ts';
import { webBench } from './web.ts';

/** The benches by name. Each prints a table and returns its figures. */
export const benches: Record<string, () => Promise<Record<string, number>>> = {
  ingest: ingestBench,
  import: importBench,
  latency: latencyBench,
  load: loadBench,
  mailboxes: mailboxesBench,
  hostile: hostileBench,
  quota: quotaBench,
  send: sendBench,
  read: readBench,
  reports: reportsBench,
  start: startBench,
  simulator: simulatorBench,
  web: webBench,
};
