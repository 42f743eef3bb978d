import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableFault } from '../../kernel/faults.ts';
import type { Mailer } from '../../modules/mail/index.ts';
import { composeMessage } from './message.ts';

export type FolderOptions = {
  readonly folder: string;
  readonly from: string;
  /** Files kept; with one more the oldest go. Default 1,000. */
  readonly filesMax?: number;
};

/**
 * Mails as files that any mail program opens, for who has no mail server. Their names begin with the time, so that the
 * latest stands last. The folder is for its owner alone: what is in it was meant for others.
 */
export function createFolderMailer({ folder, from, filesMax = 1_000 }: FolderOptions): Mailer {
  return {
    async send(mail) {
      const { raw } = await composeMessage(mail, from);
      const name = `${new Date(mail.date).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${mail.id}.eml`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // Whole or not at all, also where the process dies meanwhile.
        const unfinished = join(folder, `.${name}.unfinished`);
        await writeFile(unfinished, raw, { mode: 0o600 });
        await rename(unfinished, join(folder, name));
        await removeOldest(folder, filesMax);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UnavailableFault('mail', `mails cannot be written to ${folder}: ${code}`);
      }
      return { isTaken: true };
    },
    close: () => undefined,
  };
}

async function removeOldest(folder: string, filesMax: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).toSorted();
  const old = names.slice(0, Math.max(0, names.length - filesMax));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}
