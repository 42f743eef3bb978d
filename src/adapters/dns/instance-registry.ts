import { lookup, Resolver } from 'node:dns/promises';
import { Fault } from '../../kernel/faults.ts';
import type { InstanceRegistry } from '../../platform/discovery/registry.ts';

export type DnsRegistryOptions = {
  /** `api.internal:8081` (its addresses), or `_api._tcp.internal` (its SRV records, which name ports). */
  readonly name: string;
  /** Name servers for SRV records, as `address:port`; default those of the machine. */
  readonly servers?: readonly string[];
};

/** A name server that says nothing costs one round, not the gateway. */
const TIMEOUT_MS = 2_000;

/** Instances by DNS, as headless services of Kubernetes, Consul and plain zones give them. */
export function createDnsRegistry({ name, servers }: DnsRegistryOptions): InstanceRegistry {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (servers) resolver.setServers(servers);
  if (name.startsWith('_')) {
    return {
      async list() {
        const records = await resolver.resolveSrv(name);
        const found = records.map(async ({ name: host, port }) => addressesOf(host, port, resolver, servers));
        return (await Promise.all(found)).flat().toSorted();
      },
    };
  }
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(name) ?? [];
  if (host === '')
    throw new Fault('usage', `API_DNS ${name} is neither host:port nor the name of SRV records.`);
  return { list: async () => (await addressesOf(host, Number(port), resolver, servers)).toSorted() };
}

/** By the machine's own rules (hosts file, search domains), unless name servers are given. */
async function addressesOf(
  host: string,
  port: number,
  resolver: Resolver,
  servers: readonly string[] | undefined,
): Promise<readonly string[]> {
  const addresses = servers
    ? await resolver.resolve4(host)
    : (await lookup(host, { all: true })).map(({ address }) => address);
  return addresses.map((address) => `http://${address.includes(':') ? `[${address}]` : address}:${port}`);
}
