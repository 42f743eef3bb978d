import { isLoopback } from '../kernel/loopback.ts';
import { integer, oneOf, type Settings, text, url } from './settings.ts';

/** Where STOMP is spoken, and what carries messages between its clients. */
export const stompSettings = {
  stompPort: integer('STOMP_PORT', 0, 'Port for STOMP over TCP; 0: only over WebSocket, at /stomp.', {
    min: 0,
    max: 65_535,
  }),
  stompHost: text('STOMP_HOST', '127.0.0.1', 'Address on which STOMP over TCP listens.'),
  stompBroker: oneOf(
    'STOMP_BROKER',
    'memory',
    'What carries messages between clients: memory of this process, or relay to the STOMP port of RabbitMQ.',
    ['memory', 'relay'],
  ),
  stompRelayUrl: url(
    'STOMP_RELAY_URL',
    ['stomp', 'stomps'],
    'RabbitMQ, as stomps://user:password@host:61614/vhost. NODE_EXTRA_CA_CERTS names a CA of your own.',
  ),
} as const;

/** What does not fit together, in words. */
export function stompProblems(
  { stompBroker, stompRelayUrl }: Settings<typeof stompSettings>,
  mode: string,
): readonly string[] {
  if (stompBroker !== 'relay') return [];
  if (stompRelayUrl === undefined) return ['STOMP_RELAY_URL must name RabbitMQ where STOMP_BROKER is relay.'];
  const isOpen = stompRelayUrl.startsWith('stomp:') && !isLoopback(new URL(stompRelayUrl).hostname);
  return mode === 'production' && isOpen
    ? ['STOMP_RELAY_URL sends the password as it is: begin it with stomps: in production.']
    : [];
}
