import { mayPass } from './problem.ts';

/** Up to half as much later, so that a crowd does not come back together; the same each time, since a new interval would begin again. */
const COME_BACK_MS = 10_000 * (1 + Math.random() / 2);

type Failing = { readonly state: { readonly status: string; readonly error: unknown } };

/** When a read that failed is asked for again, while somebody looks: what may pass comes back by itself. */
export function comeBackMs({ state }: Failing): number | false {
  return state.status === 'error' && mayPass(state.error) && COME_BACK_MS;
}
