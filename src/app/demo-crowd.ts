import { Agent, request as sendHttp } from 'node:http';
import { type Crowds, createCrowds, type MakePeople, type Send } from '../demo/index.ts';
import type { Catalogue } from '../modules/catalogue/index.ts';
import type { Identity } from '../modules/identity/index.ts';
import type { Foundation } from './foundation.ts';
import type { Listener } from './listener.ts';

/** Sockets of the crowd: enough to keep the system busy, few enough to leave it to others. */
const SOCKETS_MAX = 64;
const TIMEOUT_MS = 30_000;

type Parts = { readonly identity: Identity; readonly catalogue: Catalogue; readonly listener: Listener };

/** Crowds against this very instance, through its own port. */
export function composeCrowds(base: Foundation, { identity, catalogue, listener }: Parts): Crowds {
  return createCrowds({
    ...base,
    catalogue,
    send: createSend(() => listener.address()),
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
    return Promise.all(
      people.map(async (person) => ({ token: (await sessions.issueLoadToken(person)).accessToken })),
    );
  };
}

function createSend(address: () => string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX, maxTotalSockets: SOCKETS_MAX });
  return (request, { token, body, pass, signal }) =>
    new Promise((resolve, reject) => {
      const [method = 'GET', path = ''] = request.split(' ');
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        ...(pass === undefined ? {} : { 'room-pass': pass }),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      };
      const url = new URL(path, reachable(address()));
      const sent = sendHttp(url, { method, headers, agent, signal, timeout: TIMEOUT_MS }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parse(chunks) }));
        answer.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(payload);
    });
}

/** Who listens on every address is reached on this machine's own. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

function parse(chunks: readonly Buffer[]): Record<string, unknown> {
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
