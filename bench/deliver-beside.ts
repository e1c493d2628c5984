import { controlSimulator } from './environment.ts';
import { deliverEvenly } from './live-traffic.ts';

// A process that delivers messages until it is killed: making one of megabytes takes 44 ms, which would hold up a bench
// that measures something else meanwhile. It says when the first second is over, in which code is compiled and connections
// are opened.

process.on('disconnect', () => process.exit());
const [google = '', rate = '', ...accounts] = process.argv.slice(2);
setTimeout(() => process.send!('begun'), 1_000);
await deliverEvenly(controlSimulator(google), accounts, {
  count: Number.POSITIVE_INFINITY,
  run: 'beside',
  perSecond: Number(rate),
});
