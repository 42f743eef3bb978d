import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Furnished, furnish } from '../support/furnish.ts';
import { describePages } from '../support/test-site.ts';
import { operationsViews, sellerViews, shopViews, type View } from '../support/views.ts';
import type { Visit, VisitOptions } from '../support/visit.ts';

const AREAS = {
  'the shop': (at: Furnished) => shopViews(at),
  'the pages of sellers': (at: Furnished) => sellerViews(at),
  'the pages of operators': () => operationsViews(),
} as const;

/** Each colour scheme, language and size once: no rule of axe looks at two of them together. */
const LOOKS = [
  { language: 'ko', isDark: true, size: 'phone' },
  { language: 'en', isDark: false, size: 'desktop' },
] as const satisfies readonly VisitOptions[];

describePages('the pages are for everybody', (site) => {
  let at: Furnished;

  before(async () => {
    at = await furnish(site.testApp);
  });

  /** Until what the page shows has come. */
  async function settle(page: Page): Promise<void> {
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }

  /** Visits each view as the person of whom it is, in a browser of their own. */
  async function visitAll(
    views: readonly View[],
    options: VisitOptions,
    look: (view: View, visit: Visit) => Promise<void>,
  ): Promise<void> {
    for (const [as, theirs] of Map.groupBy(views, (view) => view.as)) {
      const visit = await site.visit({ ...options, ...(as ? { person: at[as] } : {}) });
      for (const view of theirs) {
        if (view.trouble) visit.expectTrouble(view.trouble);
        await visit.go(view.path);
        await settle(visit.page);
        await view.act?.(visit.page);
        await look(view, visit);
        await visit.page.unrouteAll();
        await visit.page.context().setOffline(false);
      }
      await visit.assertQuiet();
      await visit.close();
    }
  }

  for (const [area, viewsOf] of Object.entries(AREAS)) {
    for (const look of LOOKS) {
      const { language, isDark, size } = look;
      const name = `${language === 'ko' ? 'in Korean' : 'in English'}, in the ${isDark ? 'dark' : 'light'}`;
      test(`axe finds nothing on ${area} in any of their states, ${name}`, async () => {
        await visitAll(viewsOf(at), look, async (view, { assertAccessible, picture }) => {
          await assertAccessible();
          await picture(`${view.name}-${size}-${language}${isDark ? '-dark' : ''}`);
        });
      });
    }

    for (const size of ['narrow', 'wide'] as const) {
      test(`${area} are not wider than a ${size} window`, async () => {
        await visitAll(viewsOf(at), { size, language: 'en' }, async (view, { page, picture }) => {
          const { wanted, given } = await page.evaluate(() => ({
            wanted: document.documentElement.scrollWidth,
            given: innerWidth,
          }));
          assert.ok(wanted <= given, `${view.name} is ${wanted} px wide in ${given}`);
          await picture(`${view.name}-${size}-en`);
        });
      });
    }
  }

  test('after a change of pages the focus is at its heading, and the title says where one is', async () => {
    const { page, go, close } = await site.visit({ language: 'en' });
    await go('/');
    await page.getByRole('link', { name: 'Songs of a Spring Night' }).first().click();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    assert.match(await page.title(), /^Songs of a Spring Night · firstcome$/);
    await close();
  });

  test('the language is remembered, and is that of the document', async () => {
    const { page, go, close } = await site.visit();
    await go('/');
    assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
    await page.getByRole('button', { name: 'English' }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await close();
  });
});
