import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** More stops than any page has. */
const STOPS_MAX = 150;

/** Somebody who has a keyboard and nothing else. */
export type Keyboard = {
  /** Goes on by Tab until the focus is on what bears this name; what it bears is what a screen reader says. */
  tabTo(name: RegExp): Promise<void>;
  /** Goes there and presses Enter. */
  press(name: RegExp): Promise<void>;
  /** Goes there and writes in the place of what stands there. */
  write(name: RegExp, text: string): Promise<void>;
  /** Goes to a field of date and time, which has a stop for each of their parts, and types the digits. */
  writeTime(name: RegExp, date: string, time: string): Promise<void>;
};

export function keyboardOf(page: Page): Keyboard {
  const tabTo = async (name: RegExp): Promise<void> => {
    const seen: string[] = [];
    for (let stop = 0; stop < STOPS_MAX; stop++) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(nameOfFocus);
      if (name.test(label)) return;
      seen.push(label);
    }
    assert.fail(`the keyboard does not come to ${name.source}, only to: ${[...new Set(seen)].join(' | ')}`);
  };
  return {
    tabTo,
    async press(name) {
      await tabTo(name);
      await page.keyboard.press('Enter');
    },
    async write(name, text) {
      await tabTo(name);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
    },
    async writeTime(name, date, time) {
      await tabTo(name);
      await page.keyboard.type(date);
      // A year may have six digits: it does not go on by itself.
      await page.keyboard.press('Tab');
      await page.keyboard.type(time);
    },
  };
}

function nameOfFocus(): string {
  const element = document.activeElement;
  if (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  )
    return element.labels?.[0]?.textContent?.trim() ?? element.getAttribute('aria-label') ?? '';
  const part = element?.closest('a, button, summary') ?? undefined;
  return (part?.getAttribute('aria-label') ?? part?.textContent ?? '').trim();
}
