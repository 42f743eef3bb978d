import type { Answer, ApiRequest, SeatMap } from './requests.ts';
import * as requests from './requests.ts';

/** Somebody who wants tickets, by what they can do: the caller decides how it is sent, and how time passes. */
export type Fan = {
  send<T>(request: ApiRequest<T>): Promise<Answer<T>>;
  /** @throws when the fan is to go */
  pause(ms: number): Promise<void>;
};

/** How a fan came out of the line. */
export type LineEnd =
  | { readonly kind: 'admitted'; readonly pass: string | undefined }
  | { readonly kind: 'sold-out' }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** When an overloaded system is asked again that does not say so itself. */
const AGAIN_AFTER_MS = 2_000;
const OVERLOADED = 503;
/** How long somebody goes on waiting for what those inside may give back. */
const PATIENCE_MS = 10_000;

/** Joins the line of a performance, and asks when it is told to until it is over. */
export async function standInLine(fan: Fan, performanceId: string): Promise<LineEnd> {
  let next = requests.joinLine(performanceId);
  let withoutSeatsMs = 0;
  for (;;) {
    const answer = await fan.send(next);
    const { status, body } = answer;
    if (status < 400) {
      next = requests.readPlace(performanceId);
      if (body.soldOut) return { kind: 'sold-out' };
      if (body.status === 'admitted') return { kind: 'admitted', pass: body.pass };
      if (withoutSeatsMs >= PATIENCE_MS) return { kind: 'sold-out' };
    } else if (status !== OVERLOADED) {
      return { kind: 'refused', answer };
    }
    const pauseMs = body.pollAfterMs ?? AGAIN_AFTER_MS;
    withoutSeatsMs = body.seatsSpokenFor ? withoutSeatsMs + pauseMs : 0;
    await fan.pause(pauseMs);
  }
}

/** What came of looking for seats. */
export type HoldEnd =
  | { readonly kind: 'held'; readonly reservationId: string; readonly seatIds: readonly string[] }
  | { readonly kind: 'sold-out' | 'no-pass' | 'gave-up' };

export type SeatSearch = {
  readonly performanceId: string;
  /** How often other seats are tried when others were faster. */
  readonly triesMax: number;
  /** The seats that a fan would like now; none where none is free. */
  readonly choose: () => Promise<readonly string[]>;
};

/** Chooses seats and holds them; seats that were free on the map may be gone. */
export async function findSeats(fan: Fan, { performanceId, triesMax, choose }: SeatSearch): Promise<HoldEnd> {
  for (let tried = 0; tried < triesMax; tried++) {
    const seatIds = await choose();
    if (seatIds.length === 0) return { kind: 'sold-out' };
    const { status, body } = await fan.send(requests.holdSeats(performanceId, seatIds));
    if (status === 201 && body.id !== undefined) return { kind: 'held', reservationId: body.id, seatIds };
    if (status === 403) return { kind: 'no-pass' };
  }
  return { kind: 'gave-up' };
}

/** Charges what a reservation costs, and pays it with points. @returns whether it is paid */
export async function buy(fan: Fan, reservationId: string, amount: number): Promise<boolean> {
  if (amount > 0) await fan.send(requests.chargePoints(amount));
  const { status } = await fan.send(requests.payWithPoints(reservationId));
  return status === 201;
}

/** Numbers of the free seats on a map, which has a character for each. */
export function freeSeats({ body: { state = '' } }: Answer<SeatMap>): number[] {
  const free: number[] = [];
  for (let seatNo = state.indexOf('0'); seatNo >= 0; seatNo = state.indexOf('0', seatNo + 1))
    free.push(seatNo);
  return free;
}
