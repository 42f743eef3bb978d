import type { RoomSettings } from './model.ts';

/** An entry as it was stored. Times are epoch ms; null for what did not happen. */
export type LoggedEntry = {
  readonly number: number;
  readonly accountId: string;
  readonly joinedAt: number;
  /** 0 waiting, 1 admitted, 2 left, 3 dropped, 4 expired, 5 spent. */
  readonly status: number;
  readonly admittedAt: number | null;
  readonly passExpiresAt: number | null;
  readonly endedAt: number | null;
  /** When the silent waiter was passed over, until when; null: not back yet. */
  readonly absences?: readonly { readonly from: number; readonly until: number | null }[];
  /** Admissions before `admittedAt` that nobody fetched, and when their slots were given up. */
  readonly missed?: readonly { readonly admittedAt: number; readonly givenUpAt: number }[];
};

/** The settings of the room from `changedAt` on. */
export type LoggedSetting = RoomSettings & { readonly changedAt: number };
