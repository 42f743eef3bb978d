/** stomp-broker-js in a process of its own; the first argument is the folder that it was installed into. */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const load = createRequire(`${process.argv[2]}/`);
const StompServer = load('stomp-broker-js') as new (options: { readonly server: Server }) => object;
const server = createServer();
// It throws out of its loop where a subscriber leaves meanwhile; it is measured all the same.
process.on('uncaughtException', () => undefined);
process.on('message', () => {
  globalThis.gc?.();
  process.send?.('collected');
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  void new StompServer({ server });
  process.send?.((server.address() as AddressInfo).port);
});
