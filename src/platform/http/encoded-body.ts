import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

/**
 * A body that many readers get: compressed once for each coding that is asked for, on the thread pool.
 */
export type EncodedBody = {
  /** The best coding that the reader accepts (RFC 9110, section 12.5.3), and the bytes. */
  encode(acceptEncoding: string | undefined): Promise<{ encoding: Encoding; bytes: Buffer }>;
};

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** @param effort 0 to 11, as Brotli counts it: high for what is kept, low for what is soon outdated */
export function createEncodedBody(text: string, effort: number): EncodedBody {
  const plain = Buffer.from(text);
  const made = new Map<Encoding, Promise<Buffer>>();
  return {
    async encode(acceptEncoding) {
      const encoding = chooseEncoding(acceptEncoding);
      const making = made.get(encoding) ?? compress(plain, encoding, effort);
      made.set(encoding, making);
      return { encoding, bytes: await making };
    },
  };
}

function compress(plain: Buffer, encoding: Encoding, effort: number): Promise<Buffer> {
  if (encoding === 'identity') return Promise.resolve(plain);
  if (encoding === 'gzip') return compressGzip(plain, { level: Math.min(9, effort) });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: effort,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  return compressBrotli(plain, { params });
}

/** Brotli before gzip before none, of those that the reader does not rule out. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding {
  if (acceptEncoding === undefined) return 'identity';
  const weights = new Map(acceptEncoding.split(',').map(readWeight));
  const accepts = (encoding: Encoding) => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
  return accepts('br') ? 'br' : accepts('gzip') ? 'gzip' : 'identity';
}

function readWeight(part: string): [string, number] {
  const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
