import { type ComponentType, lazy } from 'react';
import { subscribeToLocation } from '../router/location.ts';

/**
 * A page that is loaded when it is first drawn. React keeps the failure of a load for good; here somebody who goes to
 * another page and comes back loads it again.
 */
export function onDemand<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let hasFailed = false;
  const loading = () =>
    lazy(async () => {
      try {
        return { default: await load() };
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    });
  let Loaded = loading();
  subscribeToLocation(() => {
    if (!hasFailed) return;
    hasFailed = false;
    Loaded = loading();
  });
  return function OnDemand(props: Props) {
    return <Loaded {...props} />;
  };
}
