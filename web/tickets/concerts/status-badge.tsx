import { type ShopText, useShopText } from '../messages/shop.ts';

export type SaleStatus = 'scheduled' | 'on_sale' | 'sold_out' | 'closed';

const LOOKS: Readonly<Record<SaleStatus, readonly [tone: string, key: Parameters<ShopText>[0]]>> = {
  on_sale: ['badge-good', 'statusOnSale'],
  scheduled: ['badge-brand', 'statusScheduled'],
  sold_out: ['badge-bad', 'statusSoldOut'],
  closed: ['', 'statusClosed'],
};

export function StatusBadge({ status }: { readonly status: SaleStatus }) {
  const text = useShopText();
  const [tone, key] = LOOKS[status];
  return <span className={`badge ${tone}`}>{text(key)}</span>;
}
