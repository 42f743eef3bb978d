import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Inspector } from '../profile/inspector.ts';

export type Profiling = {
  /**
   * Writes what was seen into files named after the run: a `.cpuprofile` of the load and a `.heapsnapshot` of its
   * end, for the developer tools of a browser or an editor. The last round stays.
   */
  end(name: string): Promise<void>;
};

/** Takes a profile of a system under load. @throws Error when its inspector cannot be reached */
export async function startProfile(inspector: string, folder: string): Promise<Profiling> {
  const session = await Inspector.connect(inspector);
  await session.start();
  return {
    async end(name) {
      const profile = await session.stop();
      await mkdir(folder, { recursive: true });
      const file = join(folder, fileNameOf(name));
      await writeFile(`${file}.cpuprofile`, JSON.stringify(profile));
      const heap = createWriteStream(`${file}.heapsnapshot`);
      const written = finished(heap);
      await Promise.all([
        written,
        session.heapSnapshot((chunk) => heap.write(chunk)).finally(() => heap.end()),
      ]);
      session.close();
    },
  };
}

function fileNameOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
