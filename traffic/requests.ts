/** What a person asks of the system, as plain data: apart from who asks and from how it is sent. `T`: what a success says. */
export type ApiRequest<T = Record<string, unknown>> = {
  /** What it is to the person, such as `join`: a load is reported under this name. */
  readonly step?: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** For the compiler alone. */
  readonly says?: T;
};

/** An answer; of the fields of a success, a refusal has none. */
export type Answer<T = Record<string, unknown>> = {
  readonly status: number;
  readonly body: Readonly<Partial<T>> & { readonly code?: string };
};

export type Session = { readonly accessToken: string };
export type Place = {
  readonly number: number;
  readonly status: 'waiting' | 'admitted';
  readonly pollAfterMs: number;
  readonly pass: string;
  readonly soldOut: boolean;
  readonly seatsSpokenFor: boolean;
};
/** `state` has a character for each seat. */
export type SeatMap = { readonly version: number; readonly state: string };
export type Reservation = {
  readonly id: string;
  readonly status: string;
  readonly expiresAt: string;
  readonly seats: readonly { readonly id: string }[];
};

/** @param words such as `GET /v1/concerts` */
export function requestOf<T = Record<string, unknown>>(words: string, body?: object): ApiRequest<T> {
  const [method, path = ''] = words.split(' ');
  return { method: method as ApiRequest['method'], path, ...(body && { body }) };
}

export type Login = { readonly email: string; readonly password: string };

export function signUp(account: Login & { readonly name: string }): ApiRequest {
  return { step: 'sign up', method: 'POST', path: '/v1/accounts', body: account };
}

export function logIn(login: Login): ApiRequest<Session> {
  return { step: 'log in', method: 'POST', path: '/v1/sessions', body: login };
}

export function joinLine(performanceId: string): ApiRequest<Place> {
  return { step: 'join', method: 'POST', path: entriesOf(performanceId) };
}

/** A place in line, with the pass of who was admitted. */
export function readPlace(performanceId: string): ApiRequest<Place> {
  return { step: 'poll', method: 'GET', path: `${entriesOf(performanceId)}/me` };
}

export function leaveLine(performanceId: string): ApiRequest {
  return { step: 'leave', method: 'DELETE', path: `${entriesOf(performanceId)}/me` };
}

export function readSeats(performanceId: string): ApiRequest<SeatMap> {
  return { step: 'map', method: 'GET', path: `/v1/performances/${performanceId}/seats` };
}

export function holdSeats(performanceId: string, seatIds: readonly string[]): ApiRequest<Reservation> {
  return { step: 'hold', method: 'POST', path: '/v1/reservations', body: { performanceId, seatIds } };
}

export function cancel(reservationId: string): ApiRequest {
  return { step: 'cancel', method: 'DELETE', path: `/v1/reservations/${reservationId}` };
}

/** @param amount in won */
export function chargePoints(amount: number): ApiRequest<{ readonly id: string }> {
  const body = { amount: { amount, currency: 'KRW' } };
  return { step: 'charge', method: 'POST', path: '/v1/points/charges', body };
}

export function payWithPoints(reservationId: string): ApiRequest {
  const path = `/v1/reservations/${reservationId}/payments`;
  return { step: 'pay', method: 'POST', path, body: { method: 'points' } };
}

function entriesOf(performanceId: string): string {
  return `/v1/performances/${performanceId}/room/entries`;
}
