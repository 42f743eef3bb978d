import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Person } from './test-app.ts';

/** Where pictures of the pages are left for people to look at. */
const PICTURES = fileURLToPath(new URL('../../../test-results/pages/', import.meta.url));

const SIZES = {
  desktop: { viewport: { width: 1280, height: 860 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
  narrow: { viewport: { width: 320, height: 640 } },
  wide: { viewport: { width: 2560, height: 1300 } },
} as const satisfies Record<string, BrowserContextOptions>;

export type VisitOptions = {
  readonly size?: keyof typeof SIZES;
  /** What the browser asks for; default Korean. */
  readonly language?: 'ko' | 'en';
  /** Of the reader, by its IANA name; default Asia/Seoul. */
  readonly timeZone?: string;
  readonly isDark?: boolean;
  /** Signed in from the beginning. */
  readonly person?: Person;
};

/** Somebody's browser at our pages. What goes wrong in it is kept, and `assertQuiet` tells. */
export type Visit = {
  readonly page: Page;
  go(path: string): Promise<void>;
  picture(name: string): Promise<void>;
  /** Refusals and console errors that name this address are what the test is about. */
  expectTrouble(pattern: RegExp): void;
  /** Nothing failed but what was expected. */
  assertNoTrouble(): void;
  /** No trouble, and nothing jumped about. */
  assertQuiet(): Promise<void>;
  assertAccessible(): Promise<void>;
  close(): Promise<void>;
};

/** A page may follow a place in line in the moment in which it ends (paid, left): 404 is right, and Chromium notes it. */
export const PLACE_SPENT = /404.*entries\/me\/stream/;

export async function visit(browser: Browser, address: string, options: VisitOptions = {}): Promise<Visit> {
  const { size = 'desktop', language = 'ko', timeZone = 'Asia/Seoul', isDark = false, person } = options;
  const context = await browser.newContext({
    ...SIZES[size],
    baseURL: address,
    locale: language === 'ko' ? 'ko-KR' : 'en-GB',
    timezoneId: timeZone,
    colorScheme: isDark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(watchLayout);
  await context.addInitScript(
    (account) => {
      if (account !== '' && localStorage.getItem('seen') === null)
        localStorage.setItem('firstcome.account', account);
      localStorage.setItem('seen', 'yes');
    },
    person ? await signIn(context, person) : '',
  );
  const page = await context.newPage();
  const troubles = collectTroubles(page);
  const expected: RegExp[] = [];
  const assertNoTrouble = () => {
    const unexpected = troubles.filter((trouble) => !expected.some((pattern) => pattern.test(trouble)));
    assert.deepEqual(unexpected, []);
  };
  return {
    page,
    async go(path) {
      await page.goto(path);
      await page.locator('h1').waitFor();
    },
    picture: (name) => takePicture(page, name),
    expectTrouble: (pattern) => void expected.push(pattern),
    assertNoTrouble,
    async assertQuiet() {
      assertNoTrouble();
      const shift = await page.evaluate(() => (globalThis as unknown as { layoutShift: number }).layoutShift);
      assert.ok(shift <= 0.1, `the page jumped about by ${shift}`);
    },
    assertAccessible: () => assertAccessible(page),
    close: () => context.close(),
  };
}

export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png` });
}

/** Leaves the refresh cookie in the browser. @returns the id of the account */
async function signIn(context: BrowserContext, person: Person): Promise<string> {
  const answer = await context.request.post('/v1/sessions', { data: person.credentials });
  const { accountId } = (await answer.json()) as { readonly accountId: string };
  return accountId;
}

/**
 * What moves without a touch of the person, as the Cumulative Layout Shift has it: the most within one burst, which ends
 * with a second of rest or after five (https://web.dev/articles/cls).
 */
function watchLayout(): void {
  const sums = globalThis as unknown as { layoutShift: number };
  sums.layoutShift = 0;
  const burst = { sum: 0, begin: 0, end: 0 };
  new PerformanceObserver((list) => {
    const entries = list.getEntries() as unknown as {
      value: number;
      startTime: number;
      hadRecentInput: boolean;
    }[];
    for (const { value, startTime, hadRecentInput } of entries) {
      if (hadRecentInput) continue;
      if (startTime - burst.end > 1_000 || startTime - burst.begin > 5_000)
        Object.assign(burst, { sum: 0, begin: startTime });
      burst.sum += value;
      burst.end = startTime;
      sums.layoutShift = Math.max(sums.layoutShift, burst.sum);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

function collectTroubles(page: Page): readonly string[] {
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Streams are ended by the page itself when they are not needed any more.
    if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${reason} ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`status: ${response.status()} ${response.url()}`);
  });
  return troubles;
}

type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
};

/** WCAG 2.2 A and AA, and what axe recommends beyond it. */
async function assertAccessible(page: Page): Promise<void> {
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe.source);
  const result = await page.evaluate(async () => {
    // A colour on its way from one state to the next is neither's.
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important }');
    document.adoptedStyleSheets.push(still);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { axe: inPage } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } };
    const found = await inPage.run({ runOnly: { type: 'tag', values: tags } });
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    return found;
  });
  const found = result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`,
  );
  assert.deepEqual(found, [], `${page.url()}\n${found.join('\n')}`);
}
