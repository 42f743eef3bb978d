import { createStore } from '../state/store.ts';
import { useStore } from '../state/use-store.ts';
import { match } from './match.ts';

export type Location = { readonly path: string; readonly query: URLSearchParams };

const read = (): Location => ({
  path: window.location.pathname,
  query: new URLSearchParams(window.location.search),
});

const store = createStore<Location>(read());
addEventListener('popstate', () => store.set(read()));

/** Tells of every change of the address, before the page of it is drawn. */
export const subscribeToLocation = store.subscribe;

/** Where the person is. */
export function useLocation(): Location {
  return useStore(store);
}

let own: readonly string[] | undefined;

/** Says which addresses this document draws, as patterns; all others belong to other documents. */
export function keepTo(patterns: readonly string[]): void {
  own = patterns;
}

/** Goes to an address: without loading again where this document draws it. */
export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const { pathname } = new URL(to, window.location.href);
  if (own?.every((pattern) => match(pattern, pathname) === undefined)) {
    window.location[replace ? 'replace' : 'assign'](to);
    return;
  }
  const before = window.location.pathname;
  history[replace ? 'replaceState' : 'pushState'](undefined, '', to);
  store.set(read());
  if (window.location.pathname !== before) scrollTo(0, 0);
}
