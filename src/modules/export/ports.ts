/** An event on its way out: a CloudEvent 1.0 in JSON, on one line. */
export type ExportRecord = {
  /** The event's own, the same whenever it comes again: by it a receiver tells a repetition. */
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly json: string;
};

/** Port: where events leave to. One process writes at a time, one call after the other. */
export type ExportSink = {
  /**
   * Settles when all of the records are kept there, in their order. After a failure it is called again with records
   * that begin at the same one.
   * @throws UnavailableFault `export`, which waiting may mend; a Fault `export_refused` that names the one record that
   *   is refused for good, when all before it are kept
   */
  write(records: readonly ExportRecord[]): Promise<void>;
  /** Gives up what is under way, and frees what is held. */
  close(): Promise<void>;
};
