import type { SupervisedProcess } from './supervised-processes.ts';

/** How long a process takes to start on a machine that has nothing else to do, in milliseconds. */
const usualStartMs = 2_000;

/** Adapts waits to the machine: a slow one is no fault of what is tested. */
export type MachineSpeed = {
  /** 1 on a fast machine; 3 if it takes three times as long now. */
  slowness(): number;
  /** A wait of `ms` on a fast machine, in milliseconds on this one. */
  scaled(ms: number): number;
};

/** Measures the machine by how long the processes took to start the last times. */
export function createMachineSpeed(programs: SupervisedProcess[]): MachineSpeed {
  const slowness = () => Math.max(1, ...programs.map((program) => program.startMs() / usualStartMs));
  return { slowness, scaled: (ms) => ms * slowness() };
}
