import { codeOf, mayPass } from '../api/problem.ts';
import { isProblemCode, useProblemText } from '../messages/problems.ts';
import { useSharedText } from '../messages/shared.ts';
import { Notice } from './notice.tsx';

/** What went wrong, in words for the person, with a way to try again where that can help. */
export function ProblemNotice({ error, retry }: { readonly error: unknown; readonly retry?: () => unknown }) {
  const problemText = useProblemText();
  const text = useSharedText();
  const code = codeOf(error);
  return (
    <Notice tone={mayPass(error) ? 'warn' : 'bad'}>
      <p>{problemText(isProblemCode(code) ? code : 'unexpected')}</p>
      {retry && (
        <p>
          <button type="button" className="button button-quiet" onClick={() => void retry()}>
            {text('tryAgain')}
          </button>
        </p>
      )}
    </Notice>
  );
}
