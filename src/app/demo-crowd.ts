import { ApiClient } from '../../traffic/api-client.ts';
import { isBehindGateway } from '../config/role-settings.ts';
import { type Crowds, createCrowds, type MakePeople } from '../demo/index.ts';
import type { Catalogue } from '../modules/catalogue/index.ts';
import type { Identity } from '../modules/identity/index.ts';
import type { WaitingRoom } from '../modules/waiting-room/index.ts';
import type { Foundation } from './foundation.ts';
import { type Listener, reachable } from './listener.ts';

type Parts = {
  readonly identity: Identity;
  readonly catalogue: Catalogue;
  readonly rates: WaitingRoom['rates'];
  readonly listener: Listener;
};

/** Crowds against this very instance, through its own port; where a gateway is before it, through that. */
export function composeCrowds(base: Foundation, { identity, catalogue, rates, listener }: Parts): Crowds {
  const { publicUrl } = base.config;
  return createCrowds({
    ...base,
    catalogue,
    rates,
    client: new ApiClient(
      () => (isBehindGateway(base.config) ? publicUrl : undefined) ?? reachable(listener.address()),
    ),
    makePeople: peopleMaker(base, identity),
    onError: base.complain('crowd'),
  });
}

function peopleMaker({ ids }: Foundation, { accounts, sessions }: Identity): MakePeople {
  return async (count) => {
    const batch = Array.from({ length: count }, () => {
      const id = ids.next();
      return { email: `${id}@crowd.example`, name: `Fan ${id.slice(-6)}` };
    });
    const people = await accounts.provision(batch);
    return Promise.all(people.map((person) => sessions.issueLoadToken(person)));
  };
}
