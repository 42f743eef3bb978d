import type { Verdict } from './outcome.ts';
import type { HttpAnswer } from './response-parser.ts';

/** What people do, attempt by attempt. Attempts are numbered over all processes, from 0. */
export type Traffic = RequestTraffic | JourneyTraffic;

/** Each attempt is one request. */
export type RequestTraffic = {
  readonly kind: 'requests';
  /** How many attempts there are; a load ends when they are used up. */
  readonly count: number;
  request(index: number): string;
  judge(answer: HttpAnswer, index: number): Verdict;
};

/** Each attempt is a way of several requests, one after the other. */
export type JourneyTraffic = {
  readonly kind: 'journeys';
  readonly count: number;
  walk(visitor: Visitor, index: number): Promise<Verdict>;
};

export type Visitor = {
  /** Sends a request that is reported under the name of its step. @throws NoAnswer */
  send(step: string, request: string): Promise<HttpAnswer>;
  wait(ms: number): Promise<void>;
  /** True when the load was stopped: a visitor that waits for something gives up. */
  readonly stopped: boolean;
};

/** Which of several generator processes this is. It takes the attempts whose number leaves `no` over `of`. */
export type Share = { readonly no: number; readonly of: number };
