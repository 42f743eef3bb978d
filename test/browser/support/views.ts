import type { Page } from 'playwright-core';
import type { Furnished } from './furnish.ts';

/** A page in one of its states. */
export type View = {
  readonly name: string;
  readonly path: string;
  /** Who looks; nobody who is signed in where it is undefined. */
  readonly as: 'fan' | 'newcomer' | 'seller' | 'newSeller' | 'manager' | undefined;
  /** Brings the page into the state, once what it shows has come. */
  readonly act?: (page: Page) => Promise<void>;
  /** Refusals that the state is about. */
  readonly trouble?: RegExp;
};

type Look = Pick<View, 'act' | 'trouble'>;

const NOTHING = '019b7a52-4c00-7abc-8def-0123456789ab';
const MISSING: Look = { trouble: /404/ };

const of = (as: View['as'], name: string, path: string, look: Look = {}): View => ({
  name,
  path,
  as,
  ...look,
});

/** Presses a button by its name in either language, and waits for what comes of it. */
function pressing(name: RegExp, expected: string): Look {
  return {
    async act(page) {
      await page.getByRole('button', { name }).first().click();
      await page.locator(expected).first().waitFor();
    },
  };
}

/** Answers of the API to these requests are lost, from the next visit on. */
function unreachable(api: string): Look {
  return {
    trouble: /ERR_FAILED/,
    async act(page) {
      await page.route(api, (route) => route.abort());
      await page.reload();
      await page.getByRole('button', { name: /다시 시도|Try again/ }).waitFor();
    },
  };
}

/** Answers of the API to these requests are under way for ever, from the next visit on. */
function awaiting(api: string, shown: string): Look {
  return {
    async act(page) {
      await page.route(api, () => undefined);
      await page.reload();
      await page.locator(shown).first().waitFor();
    },
  };
}

/** Every page of the shop, with something on it and with nothing, asking, refusing and failing. */
export function shopViews(at: Furnished): readonly View[] {
  const seats = `/performances/${at.performanceId}/seats`;
  return [
    of('fan', 'concerts', '/'),
    of('fan', 'account-menu', '/', pressing(/내 계정|My account/, '.account-menu .account-name .small')),
    of('fan', 'concert', `/concerts/${at.concertId}`),
    of('fan', 'performance', `/performances/${at.performanceId}`),
    of('fan', 'performance-before-opening', `/performances/${at.laterId}`),
    of('fan', 'line', `/performances/${at.roomId}/line`),
    of(
      'fan',
      'line-leaving',
      `/performances/${at.roomId}/line`,
      pressing(/줄에서 나가기|Leave the line/, '[role="alertdialog"]'),
    ),
    of('fan', 'seats', seats),
    of('fan', 'seats-list', seats, pressing(/^(목록|List)$/, '.seat-list')),
    of('fan', 'reservations', '/reservations'),
    of('fan', 'reservation-held', `/reservations/${at.heldId}`),
    of('fan', 'reservation-confirmed', `/reservations/${at.boughtId}`),
    of(
      'fan',
      'reservation-cancelling',
      `/reservations/${at.boughtId}`,
      pressing(/예매 취소|Cancel the booking/, '[role="alertdialog"]'),
    ),
    of('fan', 'tickets', '/tickets'),
    of('fan', 'tickets-coming', '/tickets', awaiting('**/v1/performances/*', '.performance-name h2')),
    of('fan', 'ticket', `/tickets/${at.ticketId}`),
    of('fan', 'points', '/points'),
    of('newcomer', 'concerts-none-found', '/?q=zzzz'),
    of('newcomer', 'reservations-none', '/reservations'),
    of('newcomer', 'tickets-none', '/tickets'),
    of('newcomer', 'points-none', '/points'),
    of('newcomer', 'concert-missing', `/concerts/${NOTHING}`, MISSING),
    of('newcomer', 'performance-missing', `/performances/${NOTHING}`, MISSING),
    of('newcomer', 'reservation-missing', `/reservations/${NOTHING}`, MISSING),
    of('newcomer', 'ticket-missing', `/tickets/${NOTHING}`, MISSING),
    of('newcomer', 'page-missing', '/no-such-page', MISSING),
    of('newcomer', 'concerts-unreachable', '/', unreachable('**/v1/concerts?**')),
    of(undefined, 'sign-in', '/sign-in'),
    of(undefined, 'sign-in-refused', '/sign-in', refusedSignIn),
    of(undefined, 'sign-up', '/sign-up'),
    of(undefined, 'sign-up-faults', '/sign-up', pressing(/^(회원가입|Sign up)$/, '[aria-invalid="true"]')),
    of(undefined, 'reservations-signed-out', '/reservations'),
  ];
}

const refusedSignIn: Look = {
  trouble: /401/,
  async act(page) {
    await page.locator('input[type="email"]').fill('nobody@pages.example');
    await page.locator('input[type="password"]').fill('not the password');
    await page.locator('form button[type="submit"]').click();
    await page.getByRole('alert').waitFor();
  },
};

/** The same of the sellers' pages. */
export function sellerViews(at: Furnished): readonly View[] {
  const venue = `/seller/venues/${at.venueId}`;
  return [
    of('seller', 'seller-concerts', '/seller'),
    of('seller', 'seller-concert', `/seller/concerts/${at.concertId}`),
    of('seller', 'seller-performance-new', `/seller/concerts/${at.concertId}`, newPerformanceFaults),
    of('seller', 'seller-concert-new', '/seller/concerts/new'),
    of(
      'seller',
      'seller-concert-faults',
      '/seller/concerts/new',
      pressing(/^(저장|Save)$/, '[aria-invalid="true"]'),
    ),
    of('seller', 'seller-sale', `/seller/performances/${at.performanceId}`),
    of('seller', 'seller-sale-later', `/seller/performances/${at.laterId}`),
    of('seller', 'seller-bookings', `/seller/performances/${at.performanceId}/bookings`),
    of('seller', 'seller-booking', `/operations/bookings/${at.boughtId}`),
    of('seller', 'seller-venues', '/seller/venues'),
    of('seller', 'seller-venue-new', '/seller/venues/new'),
    of(
      'seller',
      'seller-venue-drawn',
      '/seller/venues/new',
      pressing(/예시 채우기|Fill in an example/, '.plan-canvas'),
    ),
    of(
      'seller',
      'seller-venue-faults',
      '/seller/venues/new',
      pressing(/^(등록|Save)$/, '[aria-invalid="true"]'),
    ),
    of('seller', 'seller-venue', venue),
    of('seller', 'seller-venue-seats', venue, pressing(/좌석 배치 고치기|Change the seats/, '.plan-text')),
    of(
      'seller',
      'seller-venue-removing',
      venue,
      pressing(/공연장 삭제|Remove the venue/, '[role="alertdialog"]'),
    ),
    of('seller', 'seller-venues-unreachable', '/seller/venues', unreachable('**/v1/venues?**')),
    of('newSeller', 'seller-concerts-none', '/seller'),
    of('newSeller', 'seller-venues-none', '/seller/venues'),
    of('newSeller', 'seller-rooms-none', '/operations/rooms'),
    of('newSeller', 'seller-venue-missing', venue, MISSING),
    of('newSeller', 'seller-sale-missing', `/seller/performances/${NOTHING}`, MISSING),
    of('newSeller', 'overview-not-for-sellers', '/operations'),
    of('newcomer', 'seller-enrolment', '/seller'),
    of('newcomer', 'seller-enrolment-refused', '/seller', refusedCode),
  ];
}

const newPerformanceFaults: Look = {
  async act(page) {
    await page.locator('summary').click();
    await page.getByRole('button', { name: /회차 추가|Add a performance/ }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
  },
};

const refusedCode: Look = {
  trouble: /403/,
  async act(page) {
    await page.locator('form input').fill('no such code');
    await page.locator('form button[type="submit"]').click();
    await page.getByRole('alert').waitFor();
  },
};

/** The same of the operators' pages. */
export function operationsViews(): readonly View[] {
  return [
    of('manager', 'operations-overview', '/operations', {
      act: (page) => page.locator('.chart canvas').first().waitFor(),
    }),
    of('manager', 'operations-crowd-faults', '/operations', {
      async act(page) {
        await page.getByLabel(/^(팬 수|Fans)/).fill('many');
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    }),
    of('manager', 'operations-lost', '/operations', {
      trouble: /ERR_INTERNET_DISCONNECTED|ERR_NETWORK/,
      async act(page) {
        await page.context().setOffline(true);
        await page.locator('.live-badge[data-state="lost"]').waitFor();
      },
    }),
    of('manager', 'operations-rooms', '/operations/rooms', {
      act: (page) => page.locator('.settings').first().waitFor(),
    }),
    of('manager', 'operations-rooms-faults', '/operations/rooms', {
      async act(page) {
        await page.locator('.settings input').first().fill('fast');
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    }),
    of('manager', 'operations-rooms-applied', '/operations/rooms', {
      async act(page) {
        // What has not changed is not sent, and nothing is said of it.
        const rate = page.locator('.settings input').first();
        await rate.fill(String(Number((await rate.inputValue()).replaceAll(',', '')) + 1));
        await page
          .getByRole('button', { name: /^(적용|Apply)$/ })
          .first()
          .click();
        await page.locator('.notice-good').first().waitFor();
      },
    }),
    of('manager', 'operations-audit', '/operations/audit'),
    of('manager', 'operations-accounts', '/operations/accounts'),
    of('manager', 'operations-accounts-none', '/operations/accounts', {
      async act(page) {
        await page.getByRole('searchbox').fill('zzzz');
        await page.getByText(/조건에 맞는 계정이 없습니다|No account fits/).waitFor();
      },
    }),
    of(
      'manager',
      'operations-accounts-unreachable',
      '/operations/accounts',
      unreachable('**/v1/accounts?**'),
    ),
  ];
}
