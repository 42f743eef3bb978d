/** Who stands at a door of a performance: an account, or anyone who shows a gate's pass. */
export type Door = {
  readonly performanceId: string;
  /** What is kept for this door belongs to nobody else: the account or the gate, and the performance. */
  readonly owner: string;
  /** Undefined for an account, whose token goes along by itself. */
  readonly pass: string | undefined;
};

export function headersOf({ pass }: Pick<Door, 'pass'>): { readonly headers?: Record<string, string> } {
  return pass === undefined ? {} : { headers: { 'gate-pass': pass } };
}

export type Seat = { readonly section: string; readonly row: string; readonly number: number };

/** What a door says to a ticket. */
export type Verdict = { readonly seat?: Seat | undefined } & (
  | { readonly kind: 'in'; readonly isOffline: boolean; readonly isNew?: boolean }
  | { readonly kind: 'used'; readonly gate?: string | undefined; readonly at?: string | undefined }
  | { readonly kind: 'void'; readonly reason: string }
  | { readonly kind: 'other' | 'unknown' | 'invalid' }
  /** No answer and no list, or no room for another scan: it cannot be judged. */
  | { readonly kind: 'unsure'; readonly code: string }
);
