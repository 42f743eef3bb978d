import { demoChoice, integer, optionalText, text } from './settings.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How people pay, and how many points they may charge. */
export const paymentSettings = {
  paymentProvider: demoChoice(
    'PAYMENT_PROVIDER',
    'simulated',
    'Who takes payments by card. The simulated provider takes no money and is refused in production.',
    ['simulated', 'toss'],
  ),
  tossSecretKey: optionalText(
    'TOSS_SECRET_KEY',
    'The secret key of the shop at Toss Payments; required with PAYMENT_PROVIDER toss.',
    { confidential: true },
  ),
  tossUrl: text('TOSS_URL', 'https://api.tosspayments.com', 'Where Toss Payments is asked.'),
  paymentTimeoutMs: integer(
    'PAYMENT_TIMEOUT_MS',
    10 * SECOND,
    'How long the provider may take to answer; afterwards it is asked until it is known whether it took the money.',
    { min: 100, max: MINUTE },
  ),
  paymentConfirmMinMs: integer(
    'PAYMENT_CONFIRM_MIN_MS',
    15 * SECOND,
    'What must be left of a hold before the provider is told to take the money.',
    { min: 0, max: 10 * MINUTE },
  ),
  chargeAmountMin: integer('CHARGE_AMOUNT_MIN', 1_000, 'Points of one charge at least, in KRW.', {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  chargeAmountMax: integer('CHARGE_AMOUNT_MAX', 1_000_000, 'Points of one charge at most, in KRW.', {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  chargePayableMs: integer(
    'CHARGE_PAYABLE_MS',
    15 * MINUTE,
    'How long a charge of points by card can be paid; until then it counts against the limits.',
    { min: SECOND, max: 24 * 60 * MINUTE },
  ),
  chargeMonthMax: integer(
    'CHARGE_MONTH_MAX',
    10_000_000,
    'Points charged by one account in a month at most, in KRW.',
    { min: 1, max: Number.MAX_SAFE_INTEGER },
  ),
} as const;
