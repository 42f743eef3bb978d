import { useSharedText } from '../messages/shared.ts';

/** Keeps the place of what is on its way. */
export function Loading({ rows = 3 }: { readonly rows?: number }) {
  const text = useSharedText();
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">{text('loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton loading-row" />
      ))}
    </div>
  );
}
