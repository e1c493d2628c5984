import { setTimeout as sleep } from 'node:timers/promises';
import { openStage, type Stage } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

/** Gmail's prices: a raw get, and a page of history with up to 500 changes. */
const get = 20;
const history = 2;

/** Long enough for the look that follows a notification a second later, and for no minute's look. */
const settles = 4_000;

const scenes = [
  { name: 'at rest: a lone message', account: 'rest@acme.example', messages: 1, everyMs: 0 },
  { name: 'a trickle: one every 5 s', account: 'trickle@acme.example', messages: 12, everyMs: 5_000 },
  { name: 'a burst: 500 at once', account: 'burst@acme.example', messages: 500, everyMs: 0 },
];

/**
 * Gmail units a received message, as the simulator counts what it was asked, beside the least
 * possible: its get and its share of a page of history. What a mailbox costs without mail is told apart.
 */
export async function quotaBench(): Promise<Record<string, number>> {
  const stage = await openStage();
  try {
    await stage.startPostroom('all');
    await stage.signIn();
    const idle = 'idle@acme.example';
    await stage.connect([...scenes.map(({ account }) => account), idle]);
    // The watches are asked for, and their first notifications heard.
    await sleep(10_000);
    const idleBefore = await stage.unitsSpent(idle);
    const began = Date.now();
    const measured = [];
    for (const scene of scenes) measured.push(await play(stage, scene));
    const idleMinutes = (Date.now() - began) / 60_000;
    const idlePerHour = (((await stage.unitsSpent(idle)) - idleBefore) / idleMinutes) * 60;
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
    const [rest, trickle, burst] = measured as [Scene, Scene, Scene];
    const round = (value: number) => Math.round(value * 1000) / 1000;
    const ratio = (scene: Scene) => round(scene.units / scene.least);
    return {
      rate: round(Math.max(...measured.map(({ units }) => units))),
      floor: round(rest.least),
      ratio: Math.max(ratio(rest), ratio(trickle), ratio(burst)),
      rest: ratio(rest),
      trickle: ratio(trickle),
      burst: ratio(burst),
      idleUnitsAnHour: Math.round(idlePerHour),
    };
  } finally {
    await stage.clear();
  }
}

type Scene = { name: string; units: number; least: number };

async function play(
  stage: Stage,
  { name, account, messages, everyMs }: (typeof scenes)[number],
): Promise<Scene> {
  const before = await stage.unitsSpent(account);
  const random = seededRandom(7);
  for (let n = 0; n < messages; n += 1) {
    const mail = sampleMail(n, account, random);
    await stage.deliver(account, mail.length < 100_000 ? mail : mail.subarray(0, 100_000));
    await sleep(everyMs);
  }
  await stage.stored(account, messages);
  await sleep(settles);
  const units = ((await stage.unitsSpent(account)) - before) / messages;
  const pages = everyMs > 0 ? messages : Math.ceil(messages / 500);
  return { name, units, least: get + (history * pages) / messages };
}
