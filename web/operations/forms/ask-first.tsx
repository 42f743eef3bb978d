import { useEffect, useId, useRef } from 'react';
import { useOperationsText } from '../messages/operations.ts';
import { ActionButton } from './action-button.tsx';

type AskFirstProps = {
  readonly question: string;
  readonly yes: string;
  /** The answer that does nothing; default: cancel. */
  readonly no?: string;
  readonly isBusy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
};

/** Asks before what others feel at once. The focus goes to the answer that does nothing, and back afterwards. */
export function AskFirst({ question, yes, no: noLabel, isBusy, onYes, onNo }: AskFirstProps) {
  const text = useOperationsText();
  const id = useId();
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    no.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div className="card stack-tight" role="alertdialog" aria-labelledby={id}>
      <p id={id}>{question}</p>
      <div className="row">
        <ActionButton className="button button-danger" isBusy={isBusy} onClick={onYes}>
          {yes}
        </ActionButton>
        <button ref={no} type="button" className="button button-quiet" onClick={onNo}>
          {noLabel ?? text('askNo')}
        </button>
      </div>
    </div>
  );
}
