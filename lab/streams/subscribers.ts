import { nowMs } from '../load/clock.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import { personAt, readPeople } from '../traffic/people-file.ts';
import { PlaceWatcher } from './place-watch.ts';
import { SeatReference, SeatViewer } from './seat-watch.ts';
import { StreamConnection, type StreamPlace } from './stream-connection.ts';
import type { SubscribersEnd, SubscribersOrder, SubscribersResult } from './subscribers-order.ts';

type MapWatch = {
  readonly performanceId: string;
  readonly reference: SeatReference;
  readonly viewers: readonly SeatViewer[];
};

/** How many streams are opened at a time. */
const OPENING_AT_A_TIME = 100;
/** Every so many a stream breaks off once during the load and comes back. */
const DROPPED_EVERY = 20;
/** When: between these shares of the load. */
const DROPPED_FROM = 0.2;
const DROPPED_TO = 0.7;
const SETTLE_MS = 20_000;
const LOOK_MS = 50;
const SHOWN_MAX = 3;

/** Opens streams, follows what they are told, and says in the end whether that was all of it and how late. */
export class Subscribers {
  readonly #order: SubscribersOrder;
  readonly #streams: StreamConnection[] = [];
  readonly #maps: readonly MapWatch[];
  readonly #places: readonly PlaceWatcher[];
  readonly #timers: NodeJS.Timeout[] = [];
  #bytes = 0;
  #refused: string | undefined;
  #beganAtMs = Number.POSITIVE_INFINITY;

  constructor(order: SubscribersOrder) {
    this.#order = order;
    this.#maps = order.maps.map(({ performanceId, picture, viewers }) => {
      const reference = new SeatReference(picture);
      const others = Array.from({ length: Math.max(0, viewers - 1) }, () => new SeatViewer(reference));
      return { performanceId, reference, viewers: others };
    });
    this.#places = Array.from({ length: order.line?.count ?? 0 }, () => new PlaceWatcher());
  }

  /** @throws Error when a stream cannot be had */
  async open(): Promise<void> {
    for (const [mapNo, map] of this.#maps.entries()) this.#addMap(mapNo, map);
    this.#addLine();
    for (let at = 0; at < this.#streams.length; at += OPENING_AT_A_TIME)
      await Promise.all(this.#streams.slice(at, at + OPENING_AT_A_TIME).map((stream) => stream.open()));
    if (this.#refused !== undefined) throw new Error(this.#refused);
  }

  /** The load begins: some of the streams will break off while it lasts. */
  begin(durationMs: number): void {
    this.#beganAtMs = nowMs();
    // The first stream of a map is its reference.
    const dropped = this.#streams.filter((_, no) => no % DROPPED_EVERY === DROPPED_EVERY - 1);
    for (const [no, stream] of dropped.entries()) {
      const share = DROPPED_FROM + ((DROPPED_TO - DROPPED_FROM) * no) / dropped.length;
      this.#timers.push(setTimeout(() => stream.drop(), durationMs * share));
    }
  }

  /** Waits until everybody has heard of everything, and ends the streams. */
  async settle(end: SubscribersEnd): Promise<SubscribersResult> {
    const untilMs = nowMs() + (this.#order.settleMs ?? SETTLE_MS);
    let faults = this.#faults(end);
    while (faults.length > 0 && nowMs() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      faults = this.#faults(end);
    }
    this.close();
    const delays: Record<string, string> = {};
    if (end.maps.length > 0) delays['seat shown as gone, after the answer'] = this.#seatDelays(end).encode();
    if (this.#places.length > 0)
      delays['admission told, after the decision'] = this.#admissionDelays().encode();
    return { invariant: this.#verdict(faults), delays };
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const stream of this.#streams) stream.close();
  }

  #addMap(mapNo: number, { performanceId, reference, viewers }: MapWatch): void {
    const { version } = this.#order.maps[mapNo]!.picture;
    const path = `/v1/performances/${performanceId}/seats/stream`;
    const place = { path, headers: {}, lastId: String(version) };
    this.#add({ ...place, keepsText: true }, (event, id, name) => reference.take(event, id, name));
    for (const viewer of viewers) {
      this.#add({ ...place, keepsText: false }, (event, id, name) => viewer.take(event, id, name, nowMs()));
    }
  }

  #addLine(): void {
    const { line } = this.#order;
    if (!line) return;
    const people = readPeople(line.people, { no: 0, of: 1 });
    const path = `/v1/performances/${line.performanceId}/room/entries/me/stream`;
    for (const [no, watcher] of this.#places.entries()) {
      const headers = { Authorization: `Bearer ${personAt(people, no).accessToken}` };
      this.#add({ path, headers, keepsText: true }, (event, _, name) =>
        watcher.take(event, name, Date.now()),
      );
    }
  }

  #add(place: Omit<StreamPlace, 'target'>, take: (...told: Told) => void): void {
    const listener = {
      event: (...told: Told) => {
        this.#bytes += told[0].bytes;
        take(...told);
      },
      refused: (status: number) => {
        this.#refused ??= `GET ${place.path} is answered ${status}`;
      },
    };
    this.#streams.push(new StreamConnection({ target: this.#order.target, ...place }, listener));
  }

  #faults(end: SubscribersEnd): string[] {
    const ofMaps = this.#maps.flatMap(({ performanceId, reference, viewers }) => {
      const picture = end.maps.find((map) => map.performanceId === performanceId)?.picture;
      const faults = viewers.flatMap((viewer) => viewer.check() ?? []);
      const main = picture && reference.compare(picture);
      return main === undefined ? faults : [main, ...faults];
    });
    const { admittedTotal } = end;
    const ofPlaces =
      admittedTotal === undefined
        ? []
        : this.#places.flatMap((watcher) => watcher.check(admittedTotal) ?? []);
    return [...(this.#refused === undefined ? [] : [this.#refused]), ...ofMaps, ...ofPlaces];
  }

  #verdict(faults: readonly string[]): SubscribersResult['invariant'] {
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    const events =
      sum(
        this.#maps.map(
          ({ viewers, reference }) => reference.changes.length + sum(viewers.map((its) => its.events)),
        ),
      ) + sum(this.#places.map((place) => place.events));
    const resumed = sum(this.#streams.map((stream) => stream.resumed));
    const cutOff = sum(this.#streams.map((stream) => stream.cutOff));
    const told = `${this.#streams.length} streams, ${events} events, ${(this.#bytes / 1e6).toFixed(0)} MB, ${resumed} resumed, ${cutOff} cut off by the server`;
    const missing =
      faults.length === 0 ? '' : `; ${faults.length} wrong: ${faults.slice(0, SHOWN_MAX).join('; ')}`;
    return {
      name: 'lab_every_stream_was_told_everything',
      ok: faults.length === 0,
      checked: this.#streams.length,
      detail: told + missing,
    };
  }

  #seatDelays(end: SubscribersEnd): LatencyHistogram {
    const delays = new LatencyHistogram();
    for (const { performanceId, marks } of end.maps) {
      const map = this.#maps.find((its) => its.performanceId === performanceId);
      for (const { seatNo, atMs } of map ? marks : []) {
        const changeNo = map!.reference.changeOf(seatNo);
        for (const viewer of changeNo === undefined ? [] : map!.viewers) {
          const toldAtMs = viewer.timeOf(changeNo!);
          if (toldAtMs !== undefined) delays.record(Math.max(0, toldAtMs - atMs));
        }
      }
    }
    return delays;
  }

  /** Of those who were admitted while the load lasted. */
  #admissionDelays(): LatencyHistogram {
    const delays = new LatencyHistogram();
    const beganAtWallMs = Date.now() - (nowMs() - this.#beganAtMs);
    for (const { admission } of this.#places) {
      if (!admission) continue;
      const admittedAtMs = admission.passExpiresAtMs - this.#order.passTtlMs;
      if (admittedAtMs >= beganAtWallMs) delays.record(Math.max(0, admission.toldAtMs - admittedAtMs));
    }
    return delays;
  }
}

type Told = Parameters<ConstructorParameters<typeof StreamConnection>[1]['event']>;
