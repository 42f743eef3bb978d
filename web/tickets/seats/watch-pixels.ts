import type { Size } from './view-transform.ts';

/** Phones with three pixels for one get them as long as the canvas has no more than this many. */
const FINE_PIXELS_MAX = 3_000_000;
const RATIO_MAX = { fine: 3, coarse: 2 };

/**
 * Tells the size of a canvas and how many pixels it is to have, at once and whenever they change.
 *
 * @returns stops the watching
 */
export function watchPixels(
  canvas: HTMLCanvasElement,
  onChange: (size: Size, pixels: Size) => void,
): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0 || entry.contentRect.height === 0) return;
    const { width, height } = entry.contentRect;
    const [box] = entry.devicePixelContentBoxSize ?? [];
    const told = box && { width: box.inlineSize, height: box.blockSize };
    onChange({ width, height }, pixelsFor({ width, height }, devicePixelRatio, told));
  });
  try {
    observer.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    // Older browsers tell of the size alone.
    observer.observe(canvas);
  }
  return () => observer.disconnect();
}

/**
 * How many pixels a canvas gets: those of the screen, as far as they can be painted in time.
 *
 * @param screenRatio of the screen, device pixels for a CSS pixel
 * @param told how many it covers, as the browser says (W3C Resize Observer, device-pixel-content-box): a width times a
 *   ratio such as 1.25 need not be whole, and a picture that is off by one is blurred. Where a browser only pretends to
 *   be on another screen, as its tools for developers do, it says the pixels of the true one: those are not believed.
 */
export function pixelsFor({ width, height }: Size, screenRatio: number, told?: Size): Size {
  const isSmall = width * height * RATIO_MAX.fine ** 2 <= FINE_PIXELS_MAX;
  const ratio = Math.min(screenRatio, isSmall ? RATIO_MAX.fine : RATIO_MAX.coarse);
  const meant = { width: width * ratio, height: height * ratio };
  const isNear = told && Math.abs(told.width - meant.width) <= 1 && Math.abs(told.height - meant.height) <= 1;
  return isNear ? told : { width: Math.round(meant.width), height: Math.round(meant.height) };
}
