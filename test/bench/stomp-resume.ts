/**
 * `npm run bench -- stomp-resume [--clients=10000] [--deliveries=10000000] [--cuts=3] [--save]`: clients on 100 topics of
 * 10 messages a second each are cut at once, again and again. Each must have every message that it missed, in order, or be
 * told that it cannot: counted by sequence numbers, over all deliveries. It fails where one is missing without a word.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ResumeOrder } from '../support/stomp-bench/resume-process.ts';
import { Publisher, type Sight } from '../support/stomp-bench/resuming.ts';
import { nextWord, SERVERS } from '../support/stomp-bench/servers.ts';

const BASELINE = new URL('../../lab/baselines/stomp-resume.json', import.meta.url);
const CLIENTS = fileURLToPath(new URL('../support/stomp-bench/resume-process.ts', import.meta.url));
const PROCESSES = 2;
const TOPICS = 100;
const EVERY_MS = 100;
const BETWEEN_CUTS_MS = 5_000;
const CAUGHT_UP_MS_MAX = 30_000;
const END_MS_MAX = 60_000;

const numberOf = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
const [clients, deliveries, cuts] = [
  numberOf('clients', 10_000),
  numberOf('deliveries', 10_000_000),
  numberOf('cuts', 3),
];

const server = await SERVERS['firstcome']!();
const publisher = await Publisher.open(server.place, TOPICS);
const timer = setInterval(() => publisher.publish(), EVERY_MS);
const children = Array.from({ length: PROCESSES }, (_none, index) => {
  const count = clients / PROCESSES;
  const order: ResumeOrder = { place: server.place, count, topics: TOPICS, first: index * count };
  return fork(CLIENTS, [JSON.stringify(order)]);
});
try {
  await Promise.all(children.map(nextWord));
  const caughtUpMs: number[] = [];
  for (let cut = 0; cut < cuts; cut += 1) {
    await sleep(BETWEEN_CUTS_MS);
    const each = await askAll<number>('cut');
    caughtUpMs.push(Math.max(...each));
    process.stderr.write(`cut ${cut + 1}: all had caught up after ${caughtUpMs.at(-1)} ms\n`);
  }
  while ((await look(0)).deliveries < deliveries) await sleep(1_000);
  const sight = await end();
  const result = {
    bench: 'stomp-resume',
    node: process.version,
    cores: availableParallelism(),
    clients,
    topics: TOPICS,
    messagesPerSecondAndTopic: 1_000 / EVERY_MS,
    caughtUpMs,
    ...sight,
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (process.argv.includes('--save')) await writeFile(BASELINE, text);
  const isSound = sight.silentGaps + sight.repeated === 0 && sight.complete === clients;
  if (!isSound || caughtUpMs.some((ms) => ms > CAUGHT_UP_MS_MAX)) process.exitCode = 1;
} finally {
  clearInterval(timer);
  publisher.close();
  for (const child of children) child.kill();
  await server.stop();
}

/** No more is sent; then everybody has the last message, or it is missing. */
async function end(): Promise<Sight & { readonly complete: number }> {
  clearInterval(timer);
  const endsAt = Date.now() + END_MS_MAX;
  for (;;) {
    const sight = await look(publisher.last);
    if (sight.complete === clients || Date.now() > endsAt) return sight;
    await sleep(500);
  }
}

/** What all clients saw, and how many have the message of this number. */
async function look(having: number): Promise<Sight & { readonly complete: number }> {
  const all = await askAll<Sight & { readonly complete: number }>({ having });
  const sum = (key: keyof Sight | 'complete'): number => all.reduce((total, one) => total + one[key], 0);
  return {
    deliveries: sum('deliveries'),
    silentGaps: sum('silentGaps'),
    repeated: sum('repeated'),
    told: sum('told'),
    complete: sum('complete'),
  };
}

function askAll<T>(word: 'cut' | { readonly having: number }): Promise<readonly T[]> {
  return Promise.all(
    children.map((child: ChildProcess) => {
      child.send(word);
      return nextWord(child) as Promise<T>;
    }),
  );
}
