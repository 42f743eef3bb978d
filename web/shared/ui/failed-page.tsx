import { ApiProblem } from '../api/problem.ts';
import { useSharedText } from '../messages/shared.ts';
import { PageHeading } from './page-heading.tsx';
import { ProblemNotice } from './problem-notice.tsx';

type FailedPageProps = { readonly error: unknown; readonly retry: () => unknown };

/** In place of a page that cannot be shown: what it is about, why, and a way to try again where that can help. */
export function FailedPage({ error, retry }: FailedPageProps) {
  const text = useSharedText();
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <div className="main-narrow stack">
      <PageHeading title={text(isMissing ? 'pageNotFound' : 'pageFailed')} />
      <ProblemNotice error={error} {...(isMissing ? {} : { retry })} />
    </div>
  );
}
