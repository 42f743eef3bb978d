import type { Clock } from '../../kernel/clock.ts';
import { DeadlineFault, isRetryable } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { FollowUp } from './follow-up.ts';
import type { HoldRefusalCode } from './model.ts';
import type { PayCommand } from './payments-service.ts';
import type {
  BeginOutcome,
  CardPayment,
  CardPayments,
  Payment,
  PaymentOutcomeValue,
  PaymentProvider,
} from './ports.ts';
import type { ProviderCalls } from './provider-calls.ts';

export type CardServiceDeps = {
  readonly cards: CardPayments;
  /** Undefined: only what is free can be paid by card. */
  readonly provider: PaymentProvider | undefined;
  /** Origins besides our own that buyers may be sent back to. */
  readonly returnOrigins: readonly string[];
  /** What must be left of a hold before the provider is told to take the money. */
  readonly confirmMsMin: number;
  readonly clock: Clock;
  readonly ids: Ids;
};

export type CardCommand = PayCommand & {
  /** Our own origin, as the buyer sees it. */
  readonly origin: string;
  readonly returnUrl?: string | undefined;
};

export type ConfirmCommand = {
  readonly paymentId: string;
  readonly accountId: string;
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
};

type CardCode = HoldRefusalCode | 'card_unavailable' | 'return_url_invalid';

export type CardService = {
  /** Opens a payment by card and says where it is paid; asking again gives the one that is open. */
  request(command: CardCommand): Promise<Result<PaymentOutcomeValue, CardCode>>;
  /** Lets the provider take the money that the buyer has agreed to, and waits for a while for its answer. */
  confirm(command: ConfirmCommand): Promise<Result<Payment, Extract<BeginOutcome, { ok: false }>['code']>>;
  /** Notes that something happened at a provider: it is asked soon. */
  hearCallback(callback: { provider: string; body: unknown }): Promise<Result<null, 'provider_unknown'>>;
};

/** The way of a buyer to the provider and back, whatever is paid for. */
export type CardCheckout = {
  /** The provider's name; undefined where there is none. */
  readonly provider: string | undefined;
  /** @returns the address to come back to; undefined where nobody may be sent to */
  backTo(returnUrl: string, origin: string): string | undefined;
  /** Asks the provider where a payment that was opened is paid, if it is to be paid and that is not known yet. */
  send(payment: CardPayment, origin: string): Promise<Result<CardPayment, 'card_unavailable'>>;
};

export function createCardCheckout(
  {
    cards,
    provider,
    returnOrigins,
  }: Pick<CardServiceDeps, 'provider' | 'returnOrigins'> & { cards: Pick<CardPayments, 'keepCheckout'> },
  calls: ProviderCalls,
): CardCheckout {
  return {
    provider: provider?.name,
    backTo: (returnUrl, origin) => returnAddress(returnUrl, origin, returnOrigins)?.href,
    async send(payment, origin) {
      if (payment.status !== 'requested' || payment.checkoutUrl !== null) return ok(payment);
      if (!provider || provider.name !== payment.provider) return refuse('card_unavailable');
      const { id: paymentId, amount, payableUntil: expiresAt } = payment;
      const order = { paymentId, amount, returnUrl: payment.returnUrl ?? origin, origin, expiresAt };
      const { checkoutUrl } = await calls.call('create', (signal) => provider.create(order, signal));
      await cards.keepCheckout(paymentId, checkoutUrl);
      return ok({ ...payment, checkoutUrl });
    },
  };
}

/** What follows on what is written down stands in follow-up.ts: it goes on whatever dies here. */
export function createCardService(
  deps: CardServiceDeps,
  { checkout, calls, followUp }: { checkout: CardCheckout; calls: ProviderCalls; followUp: FollowUp },
): CardService {
  const { cards, provider, clock, ids } = deps;
  return {
    async request({ reservationId, accountId, origin, returnUrl, trace }) {
      const backTo = checkout.backTo(returnUrl ?? `${origin}/reservations/${reservationId}`, origin);
      if (backTo === undefined) return refuse('return_url_invalid');
      const opened = await cards.open({
        purpose: { kind: 'reservation', id: reservationId },
        accountId,
        paymentId: ids.next(),
        provider: checkout.provider,
        returnUrl: backTo,
        now: clock.now(),
        trace,
      });
      if (!opened.ok) return opened;
      const sent = await checkout.send(opened.value.payment, origin);
      return sent.ok ? ok({ ...opened.value, payment: sent.value }) : sent;
    },

    async confirm({ paymentKey: providerKey, ...command }) {
      const now = clock.now();
      const followUpAt = now + calls.claimMs;
      const asked = {
        ...command,
        providerKey,
        provider: provider?.name,
        now,
        followUpAt,
        leftMsMin: deps.confirmMsMin,
      };
      const begun = await cards.beginConfirmation(asked);
      if (!begun.ok) return begun;
      const { payment } = begun.value;
      if (!begun.value.begun || !provider) return ok(payment);
      const { id: paymentId, amount } = payment;
      try {
        const charge = { paymentId, providerKey, amount };
        const answer = await calls.call('confirm', (signal) => provider.confirm(charge, signal));
        const settled = await followUp.settle({ paymentId, answer });
        return ok(settled?.payment ?? payment);
      } catch (error) {
        // Whether it was charged is found out by asking, whatever went wrong here.
        await cards
          .postpone({ paymentId, followUpAt, at: clock.now(), isAnswered: false })
          .catch(() => undefined);
        followUp.notify();
        if (isRetryable(error) || error instanceof DeadlineFault) return ok(payment);
        throw error;
      }
    },

    hearCallback: callbackHearer(deps, followUp),
  };
}

function callbackHearer(
  { cards, provider, clock }: Pick<CardServiceDeps, 'cards' | 'provider' | 'clock'>,
  followUp: Pick<FollowUp, 'notify'>,
): CardService['hearCallback'] {
  return async ({ provider: name, body }) => {
    if (!provider || provider.name !== name) return refuse('provider_unknown');
    const paymentId = provider.readCallback(body);
    if (paymentId !== undefined) {
      const known = await cards.noteCallback({ paymentId, provider: name, now: clock.now() });
      if (known) followUp.notify();
    }
    return ok(null);
  };
}

function returnAddress(text: string, origin: string, returnOrigins: readonly string[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    return undefined;
  // Where a proxy speaks HTTPS for us, the scheme of our own origin is not ours to know.
  const isOwn = URL.canParse(origin) && new URL(origin).host === url.host;
  return isOwn || returnOrigins.includes(url.origin) ? url : undefined;
}
