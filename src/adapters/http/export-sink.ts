import { createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import type { Clock } from '../../kernel/clock.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../kernel/faults.ts';
import type { ExportRecord, ExportSink } from '../../modules/export/index.ts';
import { createGuardedCalls } from './guarded-calls.ts';

export type HttpExportOptions = {
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string | undefined;
  /** Signs each request, as https://www.standardwebhooks.com describes it. */
  readonly secret?: string | undefined;
  readonly isCompressed: boolean;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** Events of one request at most. */
  readonly batchMax: number;
  readonly clock: Clock;
  /** Hears of every attempt: accepted, away, refused. */
  readonly onAttempt: (outcome: string) => void;
};

/** JSON of one request, before it is compressed; an event that is larger goes alone. */
const BATCH_BYTES_MAX = 1024 * 1024;
const RETRY_AFTER_MS_MAX = 5 * 60_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const QUOTED_MAX = 200;

/**
 * What speaks of the events themselves. All other refusals, such as 401 or 404, would meet every event: a key that was
 * revoked or an address that moved is waited for, as an outage is.
 */
const ABOUT_EVENTS = new Set([400, 409, 413, 422]);

const gzip = promisify(gzipWithCallback);

/**
 * Events as batches of CloudEvents 1.0 over HTTP (https://github.com/cloudevents/spec, HTTP binding, batched mode). A
 * batch is accepted as a whole, by any 2xx. One that is refused is halved, in order, until the event at fault stands
 * alone. Attempts are bounded in time and repeated with jitter, behind a breaker; 429 and 503 say when to come again.
 */
export function createHttpExport(options: HttpExportOptions): ExportSink {
  const { batchMax } = options;
  const closing = new AbortController();
  const send = createSender(options, closing.signal);

  const sendHalved = async (records: readonly ExportRecord[]): Promise<void> => {
    const refusal = await send(records);
    if (refusal === undefined) return;
    const [first] = records;
    if (records.length === 1)
      throw new Fault('export_refused', `event ${first!.id} (${first!.type}) was refused: ${refusal}`);
    const middle = Math.ceil(records.length / 2);
    await sendHalved(records.slice(0, middle));
    await sendHalved(records.slice(middle));
  };

  return {
    async write(records) {
      for (const batch of batchesOf(records, batchMax)) await sendHalved(batch);
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

function* batchesOf(records: readonly ExportRecord[], batchMax: number): Generator<readonly ExportRecord[]> {
  let batch: ExportRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.json);
    if (batch.length >= batchMax || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Sends a batch; gives the reason back where its content is refused. */
type Send = (records: readonly ExportRecord[]) => Promise<string | undefined>;

function createSender(options: HttpExportOptions, closing: AbortSignal): Send {
  const { url, timeoutMs, clock, onAttempt } = options;
  /** Asked to wait until then. */
  let notBefore = 0;
  const call = createGuardedCalls({
    dependency: 'export',
    name: 'the export platform',
    attemptMs: timeoutMs,
    mayRepeat: () => clock.now() >= notBefore,
  });
  const attempt = async (records: readonly ExportRecord[], body: Buffer, signal: AbortSignal) => {
    const answer = await post(url, {
      headers: headersOf(records, body, options),
      body: await packed(body, options),
      signal,
    });
    if (answer.status >= 200 && answer.status < 300) {
      onAttempt('accepted');
      return undefined;
    }
    const said = `${answer.status} ${answer.text}`.trim();
    if (ABOUT_EVENTS.has(answer.status)) {
      onAttempt('refused');
      return said;
    }
    onAttempt('away');
    const retryAfterMs = retryAfterMsOf(answer.retryAfter, clock.now());
    if (retryAfterMs > 0) notBefore = clock.now() + Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
    throw away(`the export platform answered ${said}`);
  };

  return async (records) => {
    if (clock.now() < notBefore)
      throw away(`the export platform asked to wait until ${new Date(notBefore).toISOString()}`);
    const body = Buffer.from(`[${records.map(({ json }) => json).join(',')}]`);
    try {
      return await call((signal) => attempt(records, body, signal), closing);
    } catch (error) {
      if (error instanceof DeadlineFault) {
        onAttempt('away');
        throw away(error.message, error.cause);
      }
      throw error;
    }
  };
}

function away(message: string, cause?: unknown): UnavailableFault {
  return new UnavailableFault('export', message, cause === undefined ? {} : { cause });
}

async function packed(body: Buffer, { isCompressed }: HttpExportOptions): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(isCompressed ? await gzip(body, { level: 1 }) : body);
}

/** The signature is over the JSON, before it is compressed. */
function headersOf(
  records: readonly ExportRecord[],
  body: Buffer,
  { authorization, secret, isCompressed, clock }: HttpExportOptions,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/cloudevents-batch+json; charset=UTF-8',
    'user-agent': 'firstcome',
  };
  if (isCompressed) headers['content-encoding'] = 'gzip';
  if (authorization !== undefined) headers['authorization'] = authorization;
  if (secret === undefined) return headers;
  const id = `${records[0]!.id}-${records.at(-1)!.id}`;
  const seconds = String(Math.floor(clock.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${id}.${seconds}.`).update(body).digest('base64');
  return {
    ...headers,
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
}

type Answer = { readonly status: number; readonly text: string; readonly retryAfter: string | null };

async function post(
  url: string,
  request: { headers: Record<string, string>; body: Uint8Array<ArrayBuffer>; signal: AbortSignal },
): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...request, method: 'POST', redirect: 'manual' });
    const text = await beginningOf(answer);
    return { status: answer.status, text, retryAfter: answer.headers.get('retry-after') };
  } catch (cause) {
    throw away('the export platform cannot be reached', cause);
  }
}

/** Read to its end, so that the connection serves again, unless it is long. */
async function beginningOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  if (!body) return '';
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString().slice(0, QUOTED_MAX);
}

/** Seconds or a date, as RFC 9110 has it. */
function retryAfterMsOf(value: string | null, now: number): number {
  if (value === null) return 0;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
