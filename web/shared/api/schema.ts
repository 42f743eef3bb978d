// @generated from /openapi.json by scripts/generate-client.mjs; a test holds it to the API.

export type ConcertSummary = {
  id: string;
  title: string;
  artist: string;
  category: string;
  sellerId: string;
  performanceCount: number;
  firstStartsAt: string | null;
  lastStartsAt: string | null;
  /** The next opening of a sale. */
  nextOpensAt: string | null;
  /** The best of its performances: on_sale, scheduled, sold_out, closed. */
  status: "scheduled" | "on_sale" | "sold_out" | "closed" | null;
  priceFrom: {
    amount: number;
    currency: "KRW";
  } | null;
  venues: string[];
};

export type FastestSoldOut = {
  rank: number;
  performanceId: string;
  concertId: string;
  title: string;
  artist: string;
  venue: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  capacity: number;
  /** Seats sold by now. */
  sold: number;
  /** RFC 3339, UTC, milliseconds */
  soldOutAt: string;
  /** From the opening on. */
  soldOutAfterMs: number;
};

export type Performance = {
  id: string;
  concertId: string;
  sellerId: string;
  title: string;
  venue: string;
  stage: string;
  stageId: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  /** RFC 3339, UTC, milliseconds */
  closesAt: string;
  status: "scheduled" | "on_sale" | "sold_out" | "closed";
  capacity: number;
  /** Free seats by grade. */
  remaining: { [key: string]: number };
  remainingTotal: number;
  prices: { [key: string]: {
    amount: number;
    currency: "KRW";
  } };
  limitPerPerson: number;
  holdTtlMs: number;
  roomEnabled: boolean;
  seatsUrl: string;
  planUrl: string;
};

export type SellingNow = {
  rank: number;
  performanceId: string;
  concertId: string;
  title: string;
  artist: string;
  venue: string;
  /** RFC 3339, UTC, milliseconds */
  startsAt: string;
  /** RFC 3339, UTC, milliseconds */
  opensAt: string;
  capacity: number;
  /** Seats sold by now. */
  sold: number;
  /** Seats sold less those given back. */
  soldInWindow: number;
};

/** What each operation takes and gives. */
export type Operations = {
  getConcert: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: {
      id: string;
      title: string;
      artist: string;
      category: string;
      sellerId: string;
      description: string;
      /** RFC 3339, UTC, milliseconds */
      createdAt: string;
      /** RFC 3339, UTC, milliseconds */
      updatedAt: string;
      /** By date. */
      performances: Performance[];
    };
  };
  getPerformance: {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: {
      id: string;
      concertId: string;
      sellerId: string;
      title: string;
      venue: string;
      stage: string;
      stageId: string;
      /** RFC 3339, UTC, milliseconds */
      startsAt: string;
      /** RFC 3339, UTC, milliseconds */
      opensAt: string;
      /** RFC 3339, UTC, milliseconds */
      closesAt: string;
      status: "scheduled" | "on_sale" | "sold_out" | "closed";
      capacity: number;
      /** Free seats by grade. */
      remaining: { [key: string]: number };
      remainingTotal: number;
      prices: { [key: string]: {
        amount: number;
        currency: "KRW";
      } };
      limitPerPerson: number;
      holdTtlMs: number;
      roomEnabled: boolean;
      seatsUrl: string;
      planUrl: string;
    };
  };
  listConcerts: {
    params: undefined;
    query: { limit?: number; cursor?: string; q?: string; from?: string; to?: string; category?: string; sellerId?: string; sort?: "date" | "title" | "popularity" | "newest" };
    body: undefined;
    answer: {
      items: ConcertSummary[];
      nextCursor: string | null;
    };
  };
  logIn: {
    params: undefined;
    query: undefined;
    body: {
      email: string;
      password: string;
    };
    answer: {
      /** Send it as `Authorization: Bearer`. */
      accessToken: string;
      /** When the access token ends. */
      expiresAt: string;
      /** Good for one POST /v1/sessions/refresh. */
      refreshToken: string;
    };
  };
  logOut: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  rankFastestSoldOut: {
    params: undefined;
    query: { limit?: number };
    body: undefined;
    answer: {
      items: FastestSoldOut[];
      nextCursor: null;
    };
  };
  rankSellingNow: {
    params: undefined;
    query: { limit?: number; minutes?: number };
    body: undefined;
    answer: {
      items: SellingNow[];
      nextCursor: null;
    };
  };
  refreshSession: {
    params: undefined;
    query: undefined;
    body: {
      refreshToken?: string;
    };
    answer: {
      /** Send it as `Authorization: Bearer`. */
      accessToken: string;
      /** When the access token ends. */
      expiresAt: string;
      /** Good for one POST /v1/sessions/refresh. */
      refreshToken: string;
    };
  };
  signUp: {
    params: undefined;
    query: undefined;
    body: {
      email: string;
      password: string;
      name: string;
    };
    answer: {
      id: string;
      email: string;
      name: string;
      roles: ("member" | "seller" | "manager" | "driver")[];
      /** RFC 3339, UTC, milliseconds */
      createdAt: string;
    };
  };
};

/** Method, address, whether it takes an Idempotency-Key, and whether it needs an access token. */
export const operations = {
  getConcert: ['GET', '/v1/concerts/{id}', false, false],
  getPerformance: ['GET', '/v1/performances/{id}', false, false],
  listConcerts: ['GET', '/v1/concerts', false, false],
  logIn: ['POST', '/v1/sessions', false, false],
  logOut: ['DELETE', '/v1/sessions/current', false, true],
  rankFastestSoldOut: ['GET', '/v1/rankings/fastest-sold-out', false, false],
  rankSellingNow: ['GET', '/v1/rankings/selling-now', false, false],
  refreshSession: ['POST', '/v1/sessions/refresh', false, false],
  signUp: ['POST', '/v1/accounts', true, false],
} as const;
