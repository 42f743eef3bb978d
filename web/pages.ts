import { checkoutPaths } from './checkout/paths.ts';
import { gatePaths } from './gate/paths.ts';
import { operationsPaths } from './operations/paths.ts';
import { ticketPaths } from './tickets/paths.ts';

/** A document of the build, and the addresses that it answers; `:name` stands for one part of an address. */
export type PageDocument = { readonly file: string; readonly paths: readonly string[] };

export const documents: readonly PageDocument[] = [
  { file: 'index.html', paths: Object.values(ticketPaths) },
  { file: 'operations.html', paths: Object.values(operationsPaths) },
  { file: 'gate.html', paths: Object.values(gatePaths) },
  { file: 'checkout.html', paths: Object.values(checkoutPaths) },
];
