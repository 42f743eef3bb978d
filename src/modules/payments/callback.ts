import { isUuid } from '../../kernel/ids.ts';

/** Which payment a callback speaks of, in the form of Toss Payments, which the simulated provider has too. */
export function orderIdOfCallback(body: unknown): string | undefined {
  const orderId = fieldOf(fieldOf(body, 'data'), 'orderId');
  return typeof orderId === 'string' && isUuid(orderId) ? orderId : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
