import { ApiProblem, codeOf, mayPass } from '../api/problem.ts';
import type { Formats } from '../i18n/formats.ts';
import { useFormats } from '../i18n/use-text.ts';
import { isProblemCode, type ProblemCode, useProblemText } from '../messages/problems.ts';
import { useSharedText } from '../messages/shared.ts';
import { Notice } from './notice.tsx';

/** What went wrong, in words for the person, with a way to try again where that can help. */
export function ProblemNotice({ error, retry }: { readonly error: unknown; readonly retry?: () => unknown }) {
  const problemText = useProblemText();
  const text = useSharedText();
  const formats = useFormats();
  const given = codeOf(error);
  const code = isProblemCode(given) ? given : 'unexpected';
  return (
    <Notice tone={mayPass(error) ? 'warn' : 'bad'}>
      <p>{problemText(code, statsOf(error, code, formats))}</p>
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

/** Refusals whose numbers are won; those of others are counts. */
const ABOUT_MONEY: ReadonlySet<ProblemCode> = new Set([
  'charge_under_limit',
  'charge_over_limit',
  'charge_over_month',
  'points_insufficient',
]);

/** The numbers that a refusal names, such as the limit that was passed. */
function statsOf(error: unknown, code: ProblemCode, formats: Formats): Record<string, string | number> {
  const body = error instanceof ApiProblem ? error.body : {};
  const numbers = Object.entries(body).filter((entry): entry is [string, number] =>
    Number.isInteger(entry[1]),
  );
  const isMoney = ABOUT_MONEY.has(code);
  return Object.fromEntries(
    numbers.map(([name, amount]) => [name, isMoney ? formats.money({ amount, currency: 'KRW' }) : amount]),
  );
}
