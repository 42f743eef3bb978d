/** An amount in the minor unit of its currency (the won has none, so whole won): always a safe integer. */
export type Money = { readonly amount: number; readonly currency: 'KRW' };

/**
 * `amount` won, as clients see it. Inside amounts are plain numbers: there is one currency, and what is
 * summed and compared is summed and compared in SQL as well.
 *
 * @throws RangeError unless it is a safe integer
 */
export function krw(amount: number): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} KRW is no exact amount`);
  // Adding zero turns minus zero into zero, which else would show in comparisons and in JSON of logs.
  return { amount: amount + 0, currency: 'KRW' };
}
