import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, skip } from './chromium.ts';
import { openTestApp, type TestApp } from './test-app.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

/** A system of its own and a browser that visits it. Both are there from the first hook of the tests on. */
export type TestSite = {
  readonly testApp: TestApp;
  readonly visit: (options?: VisitOptions) => Promise<Visit>;
};

/** Tests of pages, with a site for all of them; skipped, and said so, where there is no Chromium. */
export function describePages(
  name: string,
  define: (site: TestSite) => void,
  environment: Readonly<Record<string, string>> = {},
): void {
  describe(name, { skip }, () => {
    let browser: Browser | undefined;
    let testApp: TestApp | undefined;

    before(async () => {
      [browser, testApp] = await Promise.all([launchChromium(), openTestApp(environment)]);
    });

    after(async () => {
      await browser?.close();
      await testApp?.close();
    });

    const open = () => {
      if (!browser || !testApp) throw new Error('the site is not open yet: ask in a hook or a test');
      return { browser, testApp };
    };
    define({
      get testApp() {
        return open().testApp;
      },
      visit(options) {
        const { browser: at, testApp: on } = open();
        return visit(at, on.address, options);
      },
    });
  });
}
