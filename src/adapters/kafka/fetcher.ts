import type { RecordsBatch } from '@platformatic/kafka';
import { onceAtATime } from '../../kernel/once-at-a-time.ts';
import { OffsetLostFault } from '../../platform/events/ports.ts';
import type { KafkaClients } from './clients.ts';

/** What a partition holds from an offset on: whole batches, the first of which may begin before it. */
export type Fetched = {
  readonly batches: readonly RecordsBatch[];
  /** The offset behind the last record that consumers may see. */
  readonly highWatermark: number;
};

type Waiting = {
  readonly partition: number;
  readonly offset: number;
  readonly result: PromiseWithResolvers<Fetched>;
};

const PARTITION_BYTES_MAX = 1 << 20;
const BYTES_MAX = 16 << 20;

/**
 * Reads partitions for all lanes of a process: those who ask at the same time share a request, and no request begins
 * while another is under way, since a consumer has one fetch session with a broker.
 */
export class Fetcher {
  readonly #clients: KafkaClients;
  readonly #highWatermarks = new Map<number, number>();
  /** Of all partitions: lanes that begin together share one answer. */
  readonly #ends = onceAtATime(() => this.#offsets(-1n));
  readonly #beginnings = onceAtATime(() => this.#offsets(-2n));
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(clients: KafkaClients) {
    this.#clients = clients;
  }

  read(partition: number, offset: number): Promise<Fetched> {
    const result = Promise.withResolvers<Fetched>();
    this.#waiting.push({ partition, offset, result });
    if (!this.#isRunning) void this.#run();
    return result.promise;
  }

  /** The offset behind the last record. */
  async end(partition: number): Promise<number> {
    return Number((await this.#ends())[partition]);
  }

  /** The offset of the first record that is kept. */
  async beginning(partition: number): Promise<number> {
    return Number((await this.#beginnings())[partition]);
  }

  async #offsets(timestamp: bigint): Promise<readonly bigint[]> {
    const { topic } = this.#clients;
    const found = await this.#clients.read((consumer) =>
      consumer.listOffsets({ topics: [topic], timestamp }),
    );
    return found.get(topic) ?? [];
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const round = this.#nextRound();
      try {
        await this.#fetch(round);
      } catch (error) {
        await this.#failed(round, error);
      }
    }
    this.#isRunning = false;
  }

  /** A request names a partition once. */
  #nextRound(): readonly Waiting[] {
    const round = new Map<number, Waiting>();
    for (const one of this.#waiting) if (!round.has(one.partition)) round.set(one.partition, one);
    this.#waiting = this.#waiting.filter((one) => round.get(one.partition) !== one);
    return [...round.values()];
  }

  /** An offset that is gone is the fault of one alone. */
  async #failed(round: readonly Waiting[], error: unknown): Promise<void> {
    const isOfOne = error instanceof OffsetLostFault && round.length > 1;
    for (const one of round) {
      if (isOfOne) await this.#fetch([one]).catch(one.result.reject);
      else one.result.reject(error);
    }
  }

  async #fetch(round: readonly Waiting[]): Promise<void> {
    const { topic } = this.#clients;
    const found = await this.#clients.read(async (consumer) => {
      const metadata = await consumer.metadata({ topics: [topic] });
      const { id, partitions } = metadata.topics.get(topic)!;
      const ofLeaders = Map.groupBy(round, ({ partition }) => partitions[partition]!.leader);
      const answers = await Promise.all(
        [...ofLeaders].map(([node, wanted]) =>
          consumer.fetch({
            node,
            minBytes: 1,
            maxWaitTime: 0,
            maxBytes: BYTES_MAX,
            topics: [{ topicId: id, partitions: wanted.map(toRequest) }],
          }),
        ),
      );
      return answers.flatMap(({ responses }) => responses.flatMap((one) => one.partitions));
    });
    for (const { partition, offset, result } of round) {
      // Within a session a broker leaves out partitions of which there is nothing new.
      const answer = found.find(({ partitionIndex }) => partitionIndex === partition);
      if (answer) this.#highWatermarks.set(partition, Number(answer.highWatermark));
      const highWatermark = this.#highWatermarks.get(partition) ?? offset;
      result.resolve({ batches: answer?.records ?? [], highWatermark });
    }
  }
}

function toRequest({ partition, offset }: Waiting) {
  return {
    partition,
    fetchOffset: BigInt(offset),
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: PARTITION_BYTES_MAX,
  };
}
