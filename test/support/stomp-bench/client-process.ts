/** A process that measures one thing at one server, as its argument says, and tells its parent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'hdr-histogram-js';
import { createProcessTable } from '../../../lab/measure/process-table.ts';
import { frameOf, masked, openMany, type Place, sendOf, WireClient } from './wire.ts';

export type Order = {
  readonly place: Place;
  /** The server's process. */
  readonly pid: number;
  readonly measure: Measure;
  readonly seconds: number;
};

/** `perCpuSecond`: of the server's processor time, so that what else the machine does matters less. */
export type Rate = { readonly perSecond: number; readonly perCpuSecond: number };

export type Measure =
  /**
   * SENDs to where nobody listens: how many a second are known to have been worked on, since one after them has come to a
   * subscriber. A receipt would tell as well, but has RabbitMQ confirm every message from then on.
   */
  | { readonly kind: 'ingest' }
  /** One sender to a topic with so many subscribers: deliveries a second. */
  | { readonly kind: 'fan-out'; readonly subscribers: number; readonly underWay: number }
  /** Pairs of a sender and a subscriber: from when a message is sent until it is there. */
  | { readonly kind: 'round-trip'; readonly ratePerSecond: number }
  /** One sender to a topic of which some subscribers stop reading: from when a message is sent until the others have it. */
  | {
      readonly kind: 'audience';
      readonly subscribers: number;
      readonly stalled: number;
      readonly ratePerSecond: number;
      readonly bodyBytes: number;
    }
  /** Connections that do nothing, then as many again; the parent looks at the server after each, and says when it has. */
  | { readonly kind: 'idle'; readonly connections: number };

const WARM_UP_MS = 2_000;
const INGEST = { connections: 4, batch: 256, batchesUnderWay: 4 };
const PAIRS = 10;
const processes = createProcessTable();
const STALL_MS = 4_000;

/** Counts for a while, after a while that is not counted. */
async function rateOf({ pid, seconds }: Order, count: () => number): Promise<Rate> {
  const cpuMs = (): number => processes.read(pid)?.cpuMs ?? Number.NaN;
  await sleep(WARM_UP_MS);
  const [from, since, cpuSince] = [count(), performance.now(), cpuMs()];
  await sleep(seconds * 1_000);
  const per = (ms: number): number => Math.round(((count() - from) * 1_000) / ms);
  return { perSecond: per(performance.now() - since), perCpuSecond: per(cpuMs() - cpuSince) };
}

async function ingest(order: Order): Promise<Rate> {
  const { place } = order;
  const { connections, batch, batchesUnderWay } = INGEST;
  const one = sendOf(place.sink);
  let taken = 0;
  const senders = await openMany(place, connections);
  for (const [index, sender] of senders.entries()) {
    const destination = `/topic/demo.marker-${index}`;
    const bytes = Buffer.concat([...Array.from({ length: batch - 1 }, () => one), sendOf(destination)]);
    const listener = await WireClient.open(place, connections + index);
    await listener.subscribe(place, destination);
    listener.onCount = (markers) => {
      taken += markers * batch;
      for (let marker = 0; marker < markers; marker += 1) sender.send(bytes);
    };
    for (let underWay = 0; underWay < batchesUnderWay; underWay += 1) sender.send(bytes);
  }
  return rateOf(order, () => taken);
}

async function fanOut(
  order: Order,
  { subscribers, underWay }: Extract<Measure, { kind: 'fan-out' }>,
): Promise<Rate> {
  const { place } = order;
  const destination = '/topic/demo.fan-out';
  const listening = await openMany(place, subscribers);
  await Promise.all(listening.map((client) => client.subscribe(place, destination)));
  const sender = await WireClient.open(place, subscribers);
  const one = sendOf(destination);
  let [sent, delivered, isDue] = [0, 0, false];
  // All that has room goes out in one write, as a sender's would that is told of several at once.
  const fill = (): void => {
    isDue = false;
    const room = underWay - sent + Math.floor(delivered / subscribers);
    if (room <= 0) return;
    sent += room;
    sender.send(room === 1 ? one : Buffer.concat(Array.from({ length: room }, () => one)));
  };
  for (const client of listening)
    client.onCount = (frames) => {
      delivered += frames;
      if (isDue) return;
      isDue = true;
      setImmediate(fill);
    };
  fill();
  return rateOf(order, () => delivered);
}

type Times = { readonly p50Ms: number; readonly p99Ms: number };

/** Records what is sent at a rate once it is there; what was sent before it warmed up is left out. */
class Delays {
  readonly #histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
  readonly #startsAt = performance.now() + WARM_UP_MS;
  readonly #order: { readonly seconds: number; readonly ratePerSecond: number };

  constructor(order: { readonly seconds: number; readonly ratePerSecond: number }) {
    this.#order = order;
  }

  /** A message whose body begins with when it was sent. */
  take(payload: Buffer): void {
    const from = payload.indexOf('\n\n') + 2;
    const sentAt = Number.parseFloat(payload.toString('latin1', from, from + 20));
    if (sentAt < this.#startsAt) return;
    this.#histogram.recordValue(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)));
  }

  /**
   * Calls `send` at the rate, whatever came back, some together each millisecond. A message counts from when it is sent:
   * how late the timer was is no doing of the server's, and who looks at the clock all the time is made to wait by others.
   */
  async run(send: (sentAt: string) => void): Promise<void> {
    const endsAt = this.#startsAt + this.#order.seconds * 1_000;
    const everyMs = 1_000 / this.#order.ratePerSecond;
    for (let dueAt = performance.now(); dueAt < endsAt; await sleep(1))
      for (const now = performance.now(); dueAt <= now; dueAt += everyMs) send(performance.now().toFixed(3));
    await sleep(500);
  }

  /** @throws Error where a hundredth of what each of so many was sent did not come */
  times(readers: number): Times {
    const expected = this.#order.seconds * this.#order.ratePerSecond * readers;
    const count = this.#histogram.totalCount;
    if (count < expected * 0.99) throw new Error(`${count} of ${expected} came`);
    const msAt = (percentile: number): number => this.#histogram.getValueAtPercentile(percentile) / 1_000;
    return { p50Ms: msAt(50), p99Ms: msAt(99) };
  }
}

async function roundTrip({ place, seconds }: Order, ratePerSecond: number): Promise<Times> {
  const clients = await openMany(place, PAIRS * 2);
  const senders = clients.slice(0, PAIRS);
  const listening = clients.slice(PAIRS);
  await Promise.all(listening.map((client, pair) => client.subscribe(place, `/topic/demo.pair-${pair}`)));
  const delays = new Delays({ seconds, ratePerSecond });
  for (const client of listening) client.onFrame = (payload) => delays.take(payload);
  let pair = 0;
  await delays.run((sentAt) => {
    senders[pair]?.send(masked(frameOf('SEND', { destination: `/topic/demo.pair-${pair}` }, sentAt)));
    pair = (pair + 1) % PAIRS;
  });
  return delays.times(1);
}

/** Who stopped reading and was ended for it comes back, and stops again. */
async function audience(
  { place, seconds }: Order,
  { subscribers, stalled, ratePerSecond, bodyBytes }: Extract<Measure, { kind: 'audience' }>,
): Promise<Times & { readonly ended: number }> {
  const destination = '/topic/demo.audience';
  const listening = await openMany(place, subscribers - stalled);
  await Promise.all(listening.map((client) => client.subscribe(place, destination)));
  const sender = await WireClient.open(place, subscribers);
  let [ended, isOver] = [0, false];
  const stall = async (index: number): Promise<void> => {
    const client = await WireClient.open(place, index);
    await client.subscribe(place, destination);
    client.socket.pause();
    client.socket.once('close', () => {
      ended += 1;
      if (!isOver) void stall(index);
    });
    // Reads again in the end, as somebody who wakes up: only then it finds that it was ended.
    setTimeout(() => client.socket.resume(), STALL_MS);
  };
  const delays = new Delays({ seconds, ratePerSecond });
  for (const client of listening) client.onFrame = (payload) => delays.take(payload);
  await Promise.all(Array.from({ length: stalled }, (_none, index) => stall(subscribers + 1 + index)));
  const rest = ' '.repeat(bodyBytes);
  await delays.run((sentAt) => sender.send(masked(frameOf('SEND', { destination }, sentAt + rest))));
  isOver = true;
  return { ...delays.times(listening.length), ended };
}

async function idle({ place }: Order, connections: number): Promise<null> {
  const clients: WireClient[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    clients.push(...(await openMany(place, connections)));
    process.send?.('open');
    await new Promise((resolve) => void process.once('message', resolve));
  }
  // Reset: a port that waits out its time cannot be used by the next run.
  for (const { socket } of clients) socket.resetAndDestroy();
  return null;
}

function run(order: Order): Promise<unknown> {
  const { measure } = order;
  switch (measure.kind) {
    case 'ingest':
      return ingest(order);
    case 'fan-out':
      return fanOut(order, measure);
    case 'round-trip':
      return roundTrip(order, measure.ratePerSecond);
    case 'audience':
      return audience(order, measure);
    case 'idle':
    default:
      return idle(order, measure.connections);
  }
}

const result = await run(JSON.parse(process.argv[2] ?? '') as Order);
process.send?.({ result }, () => process.exit(0));
