/** An amount in the minor unit of its currency (the won has none, so whole won): always a safe integer. */
export type Money = { readonly amount: number; readonly currency: 'KRW' };

function money(amount: number, currency: Money['currency']): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} ${currency} is no exact amount`);
  // Adding zero turns minus zero into zero, which else would show in comparisons and in JSON of logs.
  return { amount: amount + 0, currency };
}

function sameCurrency(a: Money, b: Money): Money['currency'] {
  if (a.currency !== b.currency)
    throw new TypeError(`cannot mix ${[a, b].map((m) => m.currency).join(' and ')}`);
  return a.currency;
}

/** `amount` won. Throws a RangeError unless it is a safe integer, as do all that return money. */
export function krw(amount: number): Money {
  return money(amount, 'KRW');
}

/** Throws a TypeError if the currencies differ, as do all that take two amounts. */
export function addMoney(a: Money, b: Money): Money {
  return money(a.amount + b.amount, sameCurrency(a, b));
}

export function subtractMoney(a: Money, b: Money): Money {
  return money(a.amount - b.amount, sameCurrency(a, b));
}

/** The sum, which is no won where there is nothing to add. */
export function sumMoney(amounts: Iterable<Money>): Money {
  let sum: Money | undefined;
  for (const amount of amounts)
    sum = sum === undefined ? money(amount.amount, amount.currency) : addMoney(sum, amount);
  return sum ?? krw(0);
}

/** `count` times the amount; `count` is a whole number, so that nothing needs rounding. */
export function timesMoney(a: Money, count: number): Money {
  if (!Number.isSafeInteger(count)) throw new RangeError(`${count} is no whole number of times`);
  return money(a.amount * count, a.currency);
}

/** Below, at or above zero as `a` is less than, equal to or more than `b`. */
export function compareMoney(a: Money, b: Money): number {
  sameCurrency(a, b);
  return Math.sign(a.amount - b.amount);
}
