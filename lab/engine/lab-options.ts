/** What a person asks of a scenario; each has a default of its own for what is left out. */
export type LabOptions = {
  readonly users?: number;
  readonly strategy?: string;
  readonly durationMs?: number;
  readonly repeats?: number;
  /** Small and short: for checks, not for figures. */
  readonly quick: boolean;
  /** A system that runs already. */
  readonly against?: string;
  /** Generator processes. */
  readonly generators: number;
  readonly connections: number;
  /** A folder for profiles and heaps of the server under each load; undefined: none are taken. */
  readonly profileDir?: string;
  /** The program to measure instead of the system's own; for tests of the lab. */
  readonly entry?: string;
};
