import { type InputHTMLAttributes, useId } from 'react';
import { lengthOf } from '../i18n/length.ts';
import { useSharedText } from '../messages/shared.ts';

export type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
};

/**
 * An input with its label, and what is wrong with it said beside it. What is longer than `maxLength` stays and is said
 * to be too long: a browser would cut what is pasted without a word.
 */
export function Field({ label, value, hint, error, maxLength = Infinity, ...input }: FieldProps) {
  const id = useId();
  const text = useSharedText();
  const fault = error ?? (lengthOf(value) > maxLength ? text('tooLong', { count: maxLength }) : undefined);
  const note = fault ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...input}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={fault === undefined ? 'small quiet' : 'field-error'}>
          {note}
        </p>
      )}
    </div>
  );
}
