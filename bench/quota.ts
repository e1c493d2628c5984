import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

/** Gmail's quota units for messages.get, and for a page of history.list with up to 500 changes. */
const getUnits = 20;
const historyUnits = 2;

/** Longer than the delay between notification and sync (1 s), shorter than the poll interval (1 min). */
const settleMs = 4_000;

const scenarios = [
  { name: 'a single message', account: 'rest@acme.example', messages: 1, everyMs: 0 },
  { name: 'one message every 5 s', account: 'trickle@acme.example', messages: 12, everyMs: 5_000 },
  { name: '500 messages at once', account: 'burst@acme.example', messages: 500, everyMs: 0 },
];

/**
 * Gmail quota units per received message, as the simulator counts them. Baseline: the minimum, which is one
 * messages.get and its share of a page of history. A mailbox without mail is measured separately.
 */
export async function quotaBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('all');
    await environment.signIn();
    const idle = 'idle@acme.example';
    await environment.connect([...scenarios.map(({ account }) => account), idle]);
    // Time for the watch calls and their first notifications.
    await sleep(10_000);
    const idleBefore = await environment.unitsSpent(idle);
    const began = Date.now();
    const measured = [];
    for (const scenario of scenarios) measured.push(await measureScenario(environment, scenario));
    const idleMinutes = (Date.now() - began) / 60_000;
    const idlePerHour = (((await environment.unitsSpent(idle)) - idleBefore) / idleMinutes) * 60;
    console.table(
      Object.fromEntries(
        measured.map(({ name, units, minimum }) => [
          name,
          {
            'units per message': Number(units.toFixed(2)),
            'baseline: minimum': Number(minimum.toFixed(2)),
            ratio: Number((units / minimum).toFixed(3)),
          },
        ]),
      ),
    );
    console.log(
      `A mailbox without mail uses ${Math.round(idlePerHour)} units per hour, and 100 once a day for watch.`,
    );
    const [atRest, trickle, burst] = measured as [Measurement, Measurement, Measurement];
    const round = (value: number) => Math.round(value * 1000) / 1000;
    const ratio = (one: Measurement) => round(one.units / one.minimum);
    return {
      rate: round(Math.max(...measured.map(({ units }) => units))),
      floor: round(atRest.minimum),
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

type Measurement = { name: string; units: number; minimum: number };

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
  return { name, units, minimum: getUnits + (historyUnits * pages) / messages };
}
