import type { SaleStatus } from '../concerts/status-badge.tsx';

type Sale = { readonly status: SaleStatus; readonly opensAt: string; readonly closesAt: string };

/** How the sale stands now: the answer at hand may be some seconds old, and the clock has gone on. */
export function saleStatusAt({ status, opensAt, closesAt }: Sale, now: number): SaleStatus {
  if (now >= Date.parse(closesAt)) return 'closed';
  if (status === 'scheduled' && now >= Date.parse(opensAt)) return 'on_sale';
  return status;
}
