import { useState } from 'react';
import { useFormats } from '../i18n/use-text.ts';
import { Field, type FieldProps } from './field.tsx';

type NumberFieldProps = Omit<FieldProps, 'onChange' | 'onBlur' | 'inputMode'> & {
  /** What was typed, without separators; it may be no number. */
  readonly onType: (typed: string) => void;
};

/**
 * A whole number with separators. While somebody types it stays as it is typed: a value that changes under the cursor
 * takes the selection away.
 */
export function NumberField({ value, onType, ...field }: NumberFieldProps) {
  const formats = useFormats();
  const [typed, setTyped] = useState<string>();
  const written = /^\d{1,15}$/.test(value) ? formats.number(Number(value)) : value;
  return (
    <Field
      {...field}
      inputMode="numeric"
      value={typed !== undefined && withoutSeparators(typed) === value ? typed : written}
      onBlur={() => setTyped(undefined)}
      onChange={({ target }) => {
        setTyped(target.value);
        onType(withoutSeparators(target.value));
      }}
    />
  );
}

const withoutSeparators = (typed: string): string => typed.replaceAll(',', '');
