import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, skip } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

/** A system of its own and a browser that visits it. Both are there from the first hook of the tests on. */
export type House = {
  readonly stage: Stage;
  readonly visit: (options?: VisitOptions) => Promise<Visit>;
};

/** Tests of pages, with a house for all of them; skipped, and said so, where there is no Chromium. */
export function describePages(name: string, define: (house: House) => void): void {
  describe(name, { skip }, () => {
    let browser: Browser | undefined;
    let stage: Stage | undefined;

    before(async () => {
      [browser, stage] = await Promise.all([launchChromium(), openStage()]);
    });

    after(async () => {
      await browser?.close();
      await stage?.close();
    });

    const open = () => {
      if (!browser || !stage) throw new Error('the house is not open yet: ask in a hook or a test');
      return { browser, stage };
    };
    define({
      get stage() {
        return open().stage;
      },
      visit(options) {
        const { browser: at, stage: on } = open();
        return visit(at, on.address, options);
      },
    });
  });
}
