import { BlockList, isIP } from 'node:net';

/** Ranges that a name stands for; the same as those of the library for forwarded addresses. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Whether an address is among these: addresses, networks (`10.0.0.0/8`), names of ranges (`loopback`, `linklocal`,
 * `uniquelocal`). An IPv4 address that is written as IPv6 counts as IPv4.
 */
export function addressList(parts: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of parts.flatMap((part) => NAMED[part] ?? [part])) {
    const [address = '', prefix] = range.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}
