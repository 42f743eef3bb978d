import { type TextareaHTMLAttributes, useId } from 'react';

type TextAreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & {
  readonly label: string;
  readonly hint?: string | undefined;
};

/** Several lines of text with their label. */
export function TextArea({ label, hint, className = '', ...area }: TextAreaProps) {
  const id = useId();
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
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...area}
      />
    </div>
  );
}
