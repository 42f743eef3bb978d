import type { ButtonHTMLAttributes } from 'react';

type ActionButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { readonly isBusy: boolean };

/** A button whose action is under way does nothing, but stays where the focus is: a disabled one would lose it. */
export function ActionButton({ isBusy, onClick, type, ...button }: ActionButtonProps) {
  return (
    <button
      {...button}
      type={type === 'submit' ? 'submit' : 'button'}
      aria-disabled={isBusy ? true : undefined}
      onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))}
    />
  );
}
