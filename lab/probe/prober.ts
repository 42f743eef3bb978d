/**
 * A second opinion on latencies: `node prober.ts URL RATE DURATION_MS [TOKEN]` asks at a constant rate, whatever the
 * answers, and prints the time from each intended moment to the end of its answer, in ms, as JSON. It shares nothing
 * with the generator but the task: Node's own HTTP client, a list of moments, plain numbers instead of a histogram.
 */
import { Agent, request } from 'node:http';

const [url = '', rate = '', duration = '', token] = process.argv.slice(2);
const perSecond = Number(rate);
const count = Math.floor((perSecond * Number(duration)) / 1_000);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** Code becomes hot, and connections are opened. */
async function warmUp(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.all(Array.from({ length: 64 }, ask));
}

async function probe(): Promise<readonly number[]> {
  const latencies: number[] = [];
  const asked: Promise<void>[] = [];
  const startMs = performance.now() + 50;
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      while (asked.length < count && startMs + (asked.length * 1_000) / perSecond <= performance.now()) {
        const meantMs = startMs + (asked.length * 1_000) / perSecond;
        asked.push(ask().then(() => void latencies.push(performance.now() - meantMs)));
      }
      if (asked.length === count) resolve();
      else setTimeout(turn, 1);
    };
    turn();
  });
  await Promise.all(asked);
  return latencies;
}

await warmUp();
process.stdout.write(JSON.stringify(await probe()));
agent.destroy();
