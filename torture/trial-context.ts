import type { AnswerOptions, WrittenAnswer } from './answers.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { TortureEnvironment } from './environment.ts';
import type { MachineSpeed } from './machine-speed.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import type { Traffic } from './traffic.ts';

/** What a trial may do. */
export type TrialContext = {
  environment: TortureEnvironment;
  google: SimulatedGoogle;
  pool: DatabaseAccess;
  speed: MachineSpeed;
  traffic: Traffic;
  /** Writes an answer; false if there is nothing to answer. */
  write(options?: AnswerOptions): Promise<WrittenAnswer | false>;
  anyAccount(): string;
  /** A new message of a customer arrives; returns its Message-ID. */
  deliver(
    before?: (messageId: string) => Promise<void>,
    account?: string,
    attachmentBytes?: number,
  ): Promise<string>;
  signalWorkers(signal: NodeJS.Signals): void;
  /** Kills both workers and starts them again; resolves when they are ready. */
  killWorkers(): Promise<void>;
  /** Runs `work` while a transaction holds locks; `isWaitedFor`: whether another one waits for them. */
  whileLocked<Result>(
    sql: string,
    work: (isWaitedFor: () => Promise<boolean>) => Promise<Result>,
  ): Promise<Result>;
};
