import { simulatorBench } from './simulator.ts';

/** What each bench measures, by name; it prints its own table and returns its figures. */
export const benches: Record<string, () => Promise<Record<string, number>>> = {
  simulator: simulatorBench,
};
