import { TILE_PX } from './tile-grid.ts';

/** What is painted on. */
export type Surface = { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D };

/** Enough for those that a fast drag leaves behind. */
const SPARE_MAX = 24;

/** Canvases for tiles. Those that are done with serve again: to make one takes as long as to paint on it. */
export class TilePool {
  readonly #spare: Surface[] = [];

  /** @returns a canvas with something of old on it */
  take(): Surface {
    return this.#spare.pop() ?? create();
  }

  give(surface: Surface): void {
    if (this.#spare.length < SPARE_MAX) this.#spare.push(surface);
    // Without size it holds no memory, also before it is collected.
    else surface.canvas.width = surface.canvas.height = 0;
  }
}

function create(): Surface {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = TILE_PX;
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('there is no room for another canvas');
  return { canvas, context };
}
