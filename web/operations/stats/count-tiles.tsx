import { useFormats } from '../../shared/i18n/use-text.ts';

type CountTilesProps = { readonly counts: readonly (readonly [name: string, value: number | undefined])[] };

/** Counts beside each other; dashes until they are known, so that nothing moves when they come. */
export function CountTiles({ counts }: CountTilesProps) {
  const formats = useFormats();
  return (
    <dl className="tiles">
      {counts.map(([name, value]) => (
        <div key={name} className="tile tile-flat">
          <dt className="small quiet">{name}</dt>
          <dd className="tile-value figures">{value === undefined ? '–' : formats.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
