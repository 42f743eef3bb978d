import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { comeBackMs } from '../api/come-back.ts';
import { mayPass } from '../api/problem.ts';
import { accountIdOf, isLeaving, session } from '../api/session-state.ts';
import { finishSignOut } from '../api/sign-out.ts';
import { language } from '../i18n/language.ts';
import { keepTo } from '../router/location.ts';
import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/shell.css';
import '../style/parts.css';

const ATTEMPTS_MAX = 3;

/** Draws a document of the pages, which has these addresses. */
export function start(page: ReactNode, paths: readonly string[]): void {
  language.restore();
  keepTo(paths);
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays one; what may pass is asked again, later and later.
        retry: (failures, error) => failures < ATTEMPTS_MAX && mayPass(error),
        refetchInterval: comeBackMs,
        // The lock of a phone takes its network away for a moment: ask all the same.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  forgetWithAccount(queries);
  if (isLeaving()) void finishSignOut();
  const root = document.getElementById('root');
  if (!root) throw new Error('the document has no root');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>{page}</QueryClientProvider>
    </StrictMode>,
  );
}

/** What one person has seen of theirs, the next must not find. */
function forgetWithAccount(queries: QueryClient): void {
  let owner = accountIdOf(session.get());
  session.subscribe(() => {
    const next = accountIdOf(session.get());
    if (next !== owner) queries.removeQueries({ queryKey: ['mine'] });
    owner = next;
  });
}
