import { Connection, type NoAnswer } from '../../lab/load/connection.ts';
import type { Target } from '../../lab/load/request.ts';
import type { HttpAnswer } from '../../lab/load/response-parser.ts';

export type CrowdResult = {
  /** How many answers of each status and problem code, such as `409 seat_taken`. */
  readonly answers: ReadonlyMap<string, number>;
  readonly failures: readonly NoAnswer[];
};

const TIMEOUT_MS = 60_000;

/**
 * Sends all requests at once over real sockets: every connection is open before the first request leaves,
 * and takes the next one when it has its answer.
 */
export async function runCrowd(
  target: Target,
  requests: readonly string[],
  connectionCount: number,
): Promise<CrowdResult> {
  const connections = Array.from({ length: connectionCount }, () => new Connection(target, TIMEOUT_MS));
  await Promise.all(connections.map((connection) => connection.open()));
  const answers = new Map<string, number>();
  const failures: NoAnswer[] = [];
  const count = (answer: HttpAnswer) => {
    const kind = kindOf(answer);
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
  };
  let next = 0;
  const serve = (connection: Connection) =>
    new Promise<void>((resolve) => {
      const step = () => {
        const request = requests[next++];
        if (request === undefined) return resolve();
        connection.send(
          request,
          (answer) => {
            count(answer);
            step();
          },
          (failure) => {
            failures.push(failure);
            step();
          },
        );
      };
      step();
    });
  await Promise.all(connections.map(serve));
  for (const connection of connections) connection.close();
  return { answers, failures };
}

function kindOf(answer: HttpAnswer): string {
  if (answer.status < 400) return String(answer.status);
  const { code } = JSON.parse(answer.body.toString()) as { code?: string };
  return `${answer.status} ${code ?? 'without a code'}`;
}
