import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

/** Gmail's prices: a raw get, and a page of history with up to 500 changes. */
const get = 20;
const history = 2;

/** Long enough for the look that follows a notification a second later, and for no minute's look. */
const settleMs = 4_000;

const scenarios = [
  { name: 'at rest: a lone message', account: 'rest@acme.example', messages: 1, everyMs: 0 },
  { name: 'a trickle: one every 5 s', account: 'trickle@acme.example', messages: 12, everyMs: 5_000 },
  { name: 'a burst: 500 at once', account: 'burst@acme.example', messages: 500, everyMs: 0 },
];

/**
 * Gmail units a received message, as the simulator counts what it was asked, beside the least
 * possible: its get and its share of a page of history. What a mailbox costs without mail is told apart.
 */
export async function quotaBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('all');
    await environment.signIn();
    const idle = 'idle@acme.example';
    await environment.connect([...scenarios.map(({ account }) => account), idle]);
    // The watches are asked for, and their first notifications heard.
    await sleep(10_000);
    const idleBefore = await environment.unitsSpent(idle);
    const began = Date.now();
    const measured = [];
    for (const scene of scenarios) measured.push(await measureScenario(environment, scene));
    const idleMinutes = (Date.now() - began) / 60_000;
    const idlePerHour = (((await environment.unitsSpent(idle)) - idleBefore) / idleMinutes) * 60;
    console.table(
      Object.fromEntries(
        measured.map(({ name, units, least }) => [
          name,
          {
            'units a message': Number(units.toFixed(2)),
            least: Number(least.toFixed(2)),
            ratio: Number((units / least).toFixed(3)),
          },
        ]),
      ),
    );
    console.log(
      `A mailbox without mail costs ${Math.round(idlePerHour)} units an hour; the watch, once a day, 100.`,
    );
    const [atRest, trickle, burst] = measured as [Measurement, Measurement, Measurement];
    const round = (value: number) => Math.round(value * 1000) / 1000;
    const ratio = (scene: Measurement) => round(scene.units / scene.least);
    return {
      rate: round(Math.max(...measured.map(({ units }) => units))),
      floor: round(atRest.least),
      ratio: Math.max(ratio(atRest), ratio(trickle), ratio(burst)),
      rest: ratio(atRest),
      trickle: ratio(trickle),
      burst: ratio(burst),
      idleUnitsAnHour: Math.round(idlePerHour),
    };
  } finally {
    await environment.stop();
  }
}

type Measurement = { name: string; units: number; least: number };

async function measureScenario(
  environment: BenchEnvironment,
  { name, account, messages, everyMs }: (typeof scenarios)[number],
): Promise<Measurement> {
  const before = await environment.unitsSpent(account);
  const random = seededRandom(7);
  for (let n = 0; n < messages; n += 1) {
    const mail = sampleMail(n, account, random);
    await environment.deliver(account, mail.length < 100_000 ? mail : mail.subarray(0, 100_000));
    await sleep(everyMs);
  }
  await environment.waitUntilStored(account, messages);
  await sleep(settleMs);
  const units = ((await environment.unitsSpent(account)) - before) / messages;
  const pages = everyMs > 0 ? messages : Math.ceil(messages / 500);
  return { name, units, least: get + (history * pages) / messages };
}
