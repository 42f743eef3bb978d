import { type TextareaHTMLAttributes, useId } from 'react';
import { lengthOf } from '../../shared/i18n/length.ts';
import { useSharedText } from '../../shared/messages/shared.ts';

type TextAreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
};

/** Several lines of text with their label. As in `Field`, what is too long is said to be, and not cut. */
export function TextArea({
  label,
  value,
  hint,
  error,
  maxLength = Infinity,
  className = '',
  ...area
}: TextAreaProps) {
  const id = useId();
  const text = useSharedText();
  const fault = error ?? (lengthOf(value) > maxLength ? text('tooLong', { count: maxLength }) : undefined);
  const notes = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`]
    .join(' ')
    .trim();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="small quiet">
          {hint}
        </p>
      )}
      <textarea
        id={id}
        className={`input text-area ${className}`}
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={notes === '' ? undefined : notes}
        {...area}
      />
      {fault !== undefined && (
        <p id={`${id}-fault`} className="field-error">
          {fault}
        </p>
      )}
    </div>
  );
}
