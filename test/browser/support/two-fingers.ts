import type { Page } from 'playwright-core';

type Place = { readonly x: number; readonly y: number };

const STEPS = 12;

/**
 * Two fingers of a hand, as the screen reports them: put down `from` px apart around a place, moved until they are
 * `to` px apart around the place `end`, and lifted one after the other.
 */
export async function pinch(
  page: Page,
  around: Place,
  { from, to, end = around }: { readonly from: number; readonly to: number; readonly end?: Place },
): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const fingers = (progress: number) => {
    const apart = from + (to - from) * progress;
    const x = around.x + (end.x - around.x) * progress;
    const y = around.y + (end.y - around.y) * progress;
    // Across, as a thumb and a finger are.
    const [dx, dy] = [(apart / 2) * 0.8, (apart / 2) * 0.6];
    return [
      { id: 1, x: x - dx, y: y + dy },
      { id: 2, x: x + dx, y: y - dy },
    ];
  };
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    touchPoints: readonly (Place & { id: number })[],
  ) => client.send('Input.dispatchTouchEvent', { type, touchPoints: [...touchPoints] });
  await touch('touchStart', fingers(0).slice(0, 1));
  await touch('touchStart', fingers(0));
  for (let step = 1; step <= STEPS; step++) await touch('touchMove', fingers(step / STEPS));
  await touch('touchEnd', fingers(1).slice(0, 1));
  await touch('touchEnd', []);
  await client.detach();
}
