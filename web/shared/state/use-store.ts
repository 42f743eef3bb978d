import { useSyncExternalStore } from 'react';
import type { Store } from './store.ts';

/** The present value of a store; the component follows its changes. */
export function useStore<T>({ get, subscribe }: Pick<Store<T>, 'get' | 'subscribe'>): T {
  return useSyncExternalStore(subscribe, get);
}
