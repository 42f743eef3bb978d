import { Notice } from '../../shared/ui/notice.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { useFormText } from '../messages/forms.ts';

/** A field that somebody else changed: what it is now, and what stands here where that is another. */
export type Conflict = { readonly label: string; readonly theirs: string; readonly own?: string | undefined };

type SaveOutcomeProps = {
  readonly saving: { readonly isSuccess: boolean; readonly isError: boolean; readonly error: unknown };
  /** What a success is called; default: it was saved. */
  readonly saved?: string;
  readonly conflicts: readonly Conflict[];
  readonly onTakeTheirs: () => void;
};

/** What became of a save: done, refused, or met by what others did meanwhile. */
export function SaveOutcome({ saving, saved, conflicts, onTakeTheirs }: SaveOutcomeProps) {
  const text = useFormText();
  if (conflicts.length > 0) return <Conflicts conflicts={conflicts} onTakeTheirs={onTakeTheirs} />;
  if (saving.isError) return <ProblemNotice error={saving.error} />;
  if (!saving.isSuccess) return null;
  return (
    <Notice tone="good">
      <p>{saved ?? text('saved')}</p>
    </Notice>
  );
}

function Conflicts({ conflicts, onTakeTheirs }: Pick<SaveOutcomeProps, 'conflicts' | 'onTakeTheirs'>) {
  const text = useFormText();
  return (
    <Notice tone="warn">
      <p>
        <strong>{text('changedMeanwhile')}</strong>
      </p>
      <ul className="stack-tight">
        {conflicts.map(({ label, theirs, own }) => (
          <li key={label}>
            {own === undefined ? text('theirs', { label, theirs }) : text('both', { label, theirs, own })}
          </li>
        ))}
      </ul>
      <p className="small">{text('saveKeepsYours')}</p>
      <p>
        <button type="button" className="button button-quiet" onClick={onTakeTheirs}>
          {text('takeTheirs')}
        </button>
      </p>
    </Notice>
  );
}
