import { createStore } from '../state/store.ts';
import { useStore } from '../state/use-store.ts';

export type Location = { readonly path: string; readonly query: URLSearchParams };

const read = (): Location => ({
  path: window.location.pathname,
  query: new URLSearchParams(window.location.search),
});

const store = createStore<Location>(read());
addEventListener('popstate', () => store.set(read()));

/** Where the person is. */
export function useLocation(): Location {
  return useStore(store);
}

/** Goes to an address of this document without loading it anew. */
export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const before = window.location.pathname;
  history[replace ? 'replaceState' : 'pushState'](undefined, '', to);
  store.set(read());
  if (window.location.pathname !== before) scrollTo(0, 0);
}
