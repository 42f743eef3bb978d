import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flamePage } from '../profile/flame-page.ts';
import { flameTree } from '../profile/flame-tree.ts';
import { Inspector } from '../profile/inspector.ts';

export type Profiling = {
  /** Writes the flame graph of what was seen into a file named after the run; the last round stays. */
  end(name: string): Promise<void>;
};

/** Takes a profile of a system under load. @throws Error when its inspector cannot be reached */
export async function startProfile(inspector: string, folder: string): Promise<Profiling> {
  const session = await Inspector.connect(inspector);
  await session.start();
  return {
    async end(name) {
      const profile = await session.stop();
      session.close();
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${fileNameOf(name)}.html`), flamePage(name, flameTree(profile)));
    },
  };
}

function fileNameOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
