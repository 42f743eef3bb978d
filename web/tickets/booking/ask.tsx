import { useEffect, useId, useRef, useState } from 'react';

type AskProps = {
  readonly label: string;
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly isBusy: boolean;
  readonly onYes: () => void;
};

/** A button whose effect cannot be taken back asks once more, in its place. */
export function Ask({ label, question, yes, no, isBusy, onYes }: AskProps) {
  const id = useId();
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  // What was pressed is gone: the focus goes to what stands there instead, first to the answer that does nothing.
  useEffect(() => {
    if (isAsking !== wasAsking.current) button.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking)
    return (
      <button ref={button} type="button" className="button button-plain" onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  return (
    <div className="card stack ask" role="alertdialog" aria-labelledby={id}>
      <p id={id}>{question}</p>
      <div className="row">
        <button type="button" className="button button-danger" disabled={isBusy} onClick={onYes}>
          {yes}
        </button>
        <button ref={button} type="button" className="button button-quiet" onClick={() => setAsking(false)}>
          {no}
        </button>
      </div>
    </div>
  );
}
