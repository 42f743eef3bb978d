import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'lean-qr';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const WIDTH = 640;
const HEIGHT = 480;
const QUIET_MODULES = 4;
const WHITE = 235;
const BLACK = 16;

/** A Chromium whose camera sees the QR code of a text. */
export async function launchWithCamera(text: string): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'firstcome-camera-'));
  const file = join(folder, 'camera.y4m');
  await writeFile(file, videoOf(text));
  const browser = await launchChromium([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ]);
  browser.on('disconnected', () => void rm(folder, { recursive: true, force: true }).catch(() => {}));
  return browser;
}

/** One frame of YUV4MPEG2, which Chromium shows again and again. */
function videoOf(text: string): Buffer {
  const code = generate(text);
  const scale = Math.floor(HEIGHT / (code.size + 2 * QUIET_MODULES));
  const [left, top] = [WIDTH, HEIGHT].map((side) => Math.floor((side - code.size * scale) / 2));
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  for (let y = 0; y < code.size * scale; y++) {
    for (let x = 0; x < code.size * scale; x++) {
      if (code.get(Math.floor(x / scale), Math.floor(y / scale)))
        luma[(y + top!) * WIDTH + x + left!] = BLACK;
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]);
}
