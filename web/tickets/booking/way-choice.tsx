import { useId } from 'react';

type ChoiceProps<Way extends string> = {
  readonly legend: string;
  readonly ways: readonly { readonly value: Way; readonly label: string }[];
  readonly chosen: Way;
  /** Whether it is known what can be chosen; the place is there before. */
  readonly isReady: boolean;
  readonly onChoose: (way: Way) => void;
};

/** A choice among ways to pay. */
export function WayChoice<Way extends string>({ legend, ways, chosen, isReady, onChoose }: ChoiceProps<Way>) {
  const name = useId();
  return (
    <fieldset className="method-choice">
      <legend className="small quiet">{legend}</legend>
      {ways.map(({ value, label }) => (
        <label key={value} className="method" data-chosen={value === chosen}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            disabled={!isReady && value !== chosen}
            onChange={() => onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
