import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

/** As they are called on Linux; the last ones are where macOS keeps them. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function findChromium(): string | undefined {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  if (given !== undefined && given !== '') return given;
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...candidates, ...PLACES].find((path) => existsSync(path));
}

const executablePath = findChromium();

/** Why tests in a browser are skipped, or false where there is one. */
export const skip: string | false =
  executablePath === undefined ? 'could not run: no Chromium is found; CHROMIUM_PATH may name one' : false;

/** The Chromium of this machine, without a window. */
export function launchChromium(moreArgs: readonly string[] = []): Promise<Browser> {
  return chromium.launch(launchOptions(moreArgs));
}

/** As for a person who blocks the data of all sites: storages throw, locks are denied, no cookie is kept. */
export async function launchWithoutSiteData(baseURL: string): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), 'firstcome-chromium-'));
  await mkdir(join(profile, 'Default'));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(blocked));
  const options = { ...launchOptions(), baseURL, locale: 'ko-KR' };
  const context = await chromium.launchPersistentContext(profile, options);
  context.on(
    'close',
    () => void rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {}),
  );
  return context;
}

function launchOptions(moreArgs: readonly string[] = []): LaunchOptions {
  if (executablePath === undefined) throw new Error('there is no Chromium');
  // Chromium refuses to run as root inside of its own sandbox; containers often have no other user.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath, args: [...args, '--disable-dev-shm-usage', ...moreArgs] };
}
