import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, start, startBenchEnvironment } from './environment.ts';

const starts = Number(process.env.N ?? 5);
/** How long the server rests before its memory is read (ms). */
const restMs = Number(process.env.REST_MS ?? 60_000);

/**
 * Processor time from the start of the process until it is ready, and its memory at rest. The first start, which creates
 * the tables and compiles the program, is not counted. Floor: a Fastify server without routes.
 */
export async function startBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    await (await environment.startPostroom('all')).stop();
    const server = await measure(() => environment.startPostroom('all'));
    const worker = await measure(() => environment.startPostroom('worker'));
    const floor = await measure(() => start('server/src/testing/empty-server.ts', { ready: /ready/ }));
    console.table({
      'Postroom, all roles': server,
      'Postroom, worker': worker,
      'floor: Fastify without routes': floor,
    });
    return {
      seconds: server.seconds,
      workerSeconds: worker.seconds,
      floorSeconds: floor.seconds,
      ratio: round(server.seconds / floor.seconds),
      residentMb: server.residentMb,
      workerResidentMb: worker.residentMb,
      floorResidentMb: floor.residentMb,
      starts,
    };
  } finally {
    await environment.stop();
  }
}

/** The median of the starts, in seconds; the memory after the last one. */
async function measure(begin: () => Promise<Program>): Promise<{ seconds: number; residentMb: number }> {
  const seconds: number[] = [];
  let residentMb = 0;
  for (let n = 1; n <= starts; n += 1) {
    const program = await begin();
    seconds.push(program.processorSeconds());
    if (n === starts) {
      await sleep(restMs);
      residentMb = (await program.memory()) / 1_048_576;
    }
    await program.stop();
  }
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)]!;
  return { seconds: round(median), residentMb: Math.round(residentMb) };
}

const round = (value: number) => Math.round(value * 100) / 100;
