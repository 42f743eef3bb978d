import { isIP } from 'node:net';

/** One environment variable: how it is read, what it is without it, and what it is for. */
export type Setting<T> = {
  readonly env: string;
  readonly fallback: T;
  readonly describe: string;
  /** How the fallback is shown in docs/config.md, where the value itself would not say it. */
  readonly shownAs?: string;
  /** Reads the text of the variable; a string says in words what was expected instead. */
  readonly parse: (text: string) => { readonly value: T } | string;
  /** Must be given in production: the fallback is for demonstrations. */
  readonly secret?: boolean;
  /** The fallback is for demonstrations: production without the variable has none. A secret unless it says that it is none. */
  readonly demoOnly?: boolean;
  /** May hold a password, so that no message repeats it. */
  readonly confidential?: boolean;
};

export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

export type Settings<S extends SettingTable> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

type Options = Pick<Setting<unknown>, 'shownAs' | 'secret' | 'confidential'>;

export function text(
  env: string,
  fallback: string,
  describe: string,
  options: Options = {},
): Setting<string> {
  return { env, fallback, describe, ...options, parse: (value) => ({ value }) };
}

export function optionalText(
  env: string,
  describe: string,
  options: Options = {},
): Setting<string | undefined> {
  return { env, fallback: undefined, describe, ...options, parse: (value) => ({ value }) };
}

/** A secret with a public value for demonstrations, without which production does without. */
export function demoSecret(
  env: string,
  fallback: string,
  describe: string,
  shownAs: string,
): Setting<string | undefined> {
  return { env, fallback, describe, shownAs, demoOnly: true, parse: (value) => ({ value }) };
}

export function integer(
  env: string,
  fallback: number,
  describe: string,
  range: { readonly min: number; readonly max: number },
): Setting<number> {
  return {
    env,
    fallback,
    describe,
    parse: (value) => {
      const number = Number(value);
      const fits = /^-?\d+$/.test(value) && number >= range.min && number <= range.max;
      return fits ? { value: number } : `a whole number from ${range.min} to ${range.max}`;
    },
  };
}

export function oneOf<const T extends string>(
  env: string,
  fallback: T,
  describe: string,
  choices: readonly T[],
): Setting<T> {
  return {
    env,
    fallback,
    describe: `${describe} (${choices.join(', ')})`,
    parse: (value) => {
      const choice = choices.find((candidate) => candidate === value);
      return choice === undefined ? `one of ${choices.join(', ')}` : { value: choice };
    },
  };
}

/** A choice with a value for demonstrations, without which production does without. */
export function demoChoice<const T extends string>(
  env: string,
  fallback: T,
  describe: string,
  choices: readonly T[],
): Setting<T | undefined> {
  return { ...oneOf<T>(env, fallback, describe, choices), fallback, demoOnly: true, secret: false };
}

/** Whether its value is nobody's business. */
export function isSecret({ secret, demoOnly }: Setting<unknown>): boolean {
  return secret ?? demoOnly === true;
}

/** An address with an optional user, password and host: `scheme://user@/name?host=/folder` names a Unix socket. */
export function url(env: string, schemes: readonly string[], describe: string): Setting<string | undefined> {
  return {
    env,
    fallback: undefined,
    describe,
    confidential: true,
    parse: (value) => {
      const begins = schemes.map((scheme) => `${scheme}://`);
      if (!begins.some((begin) => value.startsWith(begin)))
        return `an address that begins with ${begins.join(' or ')}`;
      return isWholeUrl(value) ? { value } : `an address whose user and password ${ENCODED}`;
    },
  };
}

/** As `url`, one or several with commas between them. */
export function urlList(
  env: string,
  schemes: readonly string[],
  describe: string,
): Setting<readonly string[]> {
  const one = url(env, schemes, describe);
  return {
    ...list(env, [], describe),
    confidential: true,
    parse(value) {
      const parts = partsOf(value);
      const outcomes = parts.map((part) => one.parse(part));
      return outcomes.find((outcome) => typeof outcome === 'string') ?? { value: parts };
    },
  };
}

const ENCODED = 'are percent-encoded (%40 for @, %3A for :, %2F for /, %3F for ?, %23 for #, %25 for %)';

/** Whether an address says what its author meant: a password with a bare `/`, `?` or `#` ends the host too early. */
function isWholeUrl(value: string): boolean {
  // The standard for URLs does not know that a Unix socket has no host: with a user there must be one.
  const complete = value.replace('@/', '@localhost/');
  if (!URL.canParse(complete)) return false;
  const { username, password, pathname, search, hash } = new URL(complete);
  if (hash !== '' || `${pathname}${search}`.includes('@')) return false;
  try {
    decodeURIComponent(`${username}${password}${pathname}`);
    return true;
  } catch {
    return false;
  }
}

export function list(env: string, fallback: readonly string[], describe: string): Setting<readonly string[]> {
  const parse = (value: string) => ({ value: partsOf(value) });
  return { env, fallback, describe, shownAs: fallback.join(',') || 'none', parse };
}

const partsOf = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** Names of ranges that the library for forwarded addresses knows. */
const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses and networks of proxies: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`, `loopback`. */
export function addressList(env: string, describe: string): Setting<readonly string[]> {
  return {
    ...list(env, [], describe),
    parse: (value) => {
      const parts = partsOf(value);
      return parts.every((part) => NAMED_RANGES.includes(part) || isAddressRange(part))
        ? { value: parts }
        : `addresses or networks (10.0.0.7, 10.0.0.0/8) or ${NAMED_RANGES.join(', ')}, with commas between them`;
    },
  };
}

function isAddressRange(range: string): boolean {
  const [address = '', prefix, ...more] = range.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

/** Why a text is too easy to guess to be a secret, in words; undefined for one that is not. */
export function weaknessOf(
  secret: string,
  { lengthMin, differentMin }: { readonly lengthMin: number; readonly differentMin: number },
): string | undefined {
  if (secret.length < lengthMin) return `must have ${lengthMin} characters or more`;
  if (new Set(secret).size < differentMin) return `must have ${differentMin} different characters or more`;
  return undefined;
}

/** Reads a whole table; every error is reported, not only the first. */
export function readSettings<S extends SettingTable>(
  table: S,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: Settings<S>; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const entries = Object.entries(table).map(([name, setting]) => {
    const raw = environment[setting.env];
    if (raw === undefined || raw === '') return [name, setting.fallback];
    const parsed = setting.parse(raw);
    if (typeof parsed === 'string') {
      const shown = isSecret(setting) || setting.confidential ? 'its value' : JSON.stringify(raw);
      errors.push(`${setting.env} must be ${parsed}; ${shown} is not.`);
      return [name, setting.fallback];
    }
    return [name, parsed.value];
  });
  // Each name keeps the type of its setting, which Object.fromEntries cannot express.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { settings: Object.fromEntries(entries) as Settings<S>, errors };
}
