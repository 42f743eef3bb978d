/** A process of clients that resume; its parent says when they are cut, and asks what they saw. */
import { ResumingClients } from './resuming.ts';
import type { Place } from './wire.ts';

export type ResumeOrder = {
  readonly place: Place;
  readonly count: number;
  readonly topics: number;
  readonly first: number;
};

const order = JSON.parse(process.argv[2] ?? '') as ResumeOrder;
const clients = new ResumingClients(order.place, order);
await clients.open();
process.on('message', (word: 'cut' | { readonly having: number }) => {
  if (word === 'cut') void clients.cut().then((caughtUpMs) => process.send?.(caughtUpMs));
  else process.send?.({ ...clients.sight, complete: clients.having(word.having) });
});
process.on('disconnect', () => process.exit(0));
process.send?.('open');
