import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeQR } from 'qr/decode.js';
import { qrSvg } from './qr.ts';

/** Pixels of a module, and on each side of the picture. */
const SCALE = 4;

type Point = readonly [x: number, y: number];

/** Draws what the picture consists of: a white square, and one path of black polygons with straight edges. */
function draw(svg: string): { readonly width: number; readonly height: number; readonly data: Uint8Array } {
  const [left = 0, top = 0, columns = 0, rows = 0] =
    /viewBox="([^"]+)"/.exec(svg)?.[1]?.split(' ').map(Number) ?? [];
  const polygons = (/<path d="([^"]+)"/.exec(svg)?.[1] ?? '')
    .split('Z')
    .map((polygon) =>
      [...polygon.matchAll(/[ML](-?\d+) (-?\d+)/g)].map(([, x, y]): Point => [Number(x), Number(y)]),
    );
  const [width, height] = [columns * SCALE, rows * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = left + ((pixel % width) + 0.5) / SCALE;
    const y = top + (Math.floor(pixel / width) + 0.5) / SCALE;
    const crossed = polygons.reduce((sum, polygon) => sum + crossings(polygon, x, y), 0);
    if (crossed % 2 === 1) data.fill(0, pixel * 4, pixel * 4 + 3);
  }
  return { width, height, data };
}

/** How often a ray from the point to the right crosses the edges of a polygon. */
function crossings(polygon: readonly Point[], x: number, y: number): number {
  return polygon.filter(([fromX, fromY], index) => {
    const [, toY] = polygon[(index + 1) % polygon.length]!;
    return fromX > x && fromY > y !== toY > y;
  }).length;
}

test('a code can be read from its picture by a scanner', () => {
  for (const code of ['0123-4567-89AB-CDEF', '0123-4567-89AB-CDEG', 'https://tickets.example/t/한글'])
    assert.equal(decodeQR(draw(qrSvg(code)), { timeLimit: 5_000 }), code);
});

test('a code becomes a picture that needs nothing from outside', () => {
  const svg = qrSvg('0123-4567-89AB-CDEF');
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.doesNotMatch(svg.replace('http://www.w3.org/2000/svg', ''), /https?:|<script|<image/);
});
