/** What the contract of the waiting line says of lines, in few words. */
import type { ManualClock } from '../../src/kernel/clock.ts';
import type { RoomSettings } from '../../src/modules/waiting-room/model.ts';
import type { LineOperation, WaitingLine } from '../../src/modules/waiting-room/ports.ts';

/** What a line is opened on; `reopen` starts another on the same store, as after a restart. */
export type LineFixture = {
  readonly clock: ManualClock;
  line: WaitingLine;
  reopen(): Promise<void>;
  /** A performance that can have a room. */
  addPerformance(): Promise<string>;
  accountId(): string;
  /** Makes the next write fail with its outcome unknown. */
  loseStore(): Promise<void>;
  close(): Promise<void>;
};

export type LineWords = ReturnType<typeof lineWords>;

export function lineWords(stageNow: () => LineFixture) {
  const join = (performanceId: string, accountIds: readonly string[]) =>
    stageNow().line.write(accountIds.map((accountId) => ({ kind: 'join', performanceId, accountId })));
  const write = async (operation: LineOperation) => (await stageNow().line.write([operation]))[0]!;
  const people = (count: number) => Array.from({ length: count }, () => stageNow().accountId());
  const placeOf = async (performanceId: string, accountId: string) => {
    const [standing] = await stageNow().line.look([{ performanceId, accountId }], 'seen');
    return standing && [standing.number, standing.status, standing.ahead, standing.behind];
  };
  const endOf = async (performanceId: string, accountId: string) =>
    stageNow().line.absence({ performanceId, accountId });
  const admit = async (performanceId: string) => {
    const [admission] = await stageNow().line.admit([performanceId]);
    return admission?.admitted.map(({ number }) => number) ?? [];
  };
  const configure = (performanceId: string, change: Partial<RoomSettings>) =>
    write({ kind: 'configure', performanceId, change, changedBy: null });

  /** Steps of five seconds, in which these people are there. */
  const watchFor = async (id: string, ms: number, present: readonly string[]) => {
    const admitted: number[] = [];
    for (let passed = 0; passed < ms; passed += 5_000) {
      await stageNow().clock.advance(5_000);
      await stageNow().line.look(
        present.map((accountId) => ({ performanceId: id, accountId })),
        'seen',
      );
      admitted.push(...(await admit(id)));
    }
    return admitted;
  };

  return { fixture: stageNow, join, write, people, placeOf, endOf, admit, configure, watchFor };
}
