const HIDDEN = new Set(['time', 'level', 'msg', 'service', 'err', 'error']);

/** One JSON log line as text for a person: time of day, level, message, the rest as name=value, then stacks. */
export function formatLogLine(line: string): string {
  const entry = parse(line);
  if (!entry) return line;
  const time = textOf(entry['time']).slice(11, 23);
  const level = textOf(entry['level']).toUpperCase();
  const fields = Object.entries(entry)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const stack = stackOf(entry['err'] ?? entry['error']);
  return `${time} ${level.padEnd(5)} ${textOf(entry['msg'])}${fields.join('')}\n${stack}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message, cause } = error as { stack?: string; message?: string; cause?: unknown };
  const text = stack ?? message ?? '';
  const inner = stackOf(cause);
  const lines = text.replaceAll(/^/gm, '    ');
  return `${lines}\n${inner === '' ? '' : `    caused by:\n${inner}`}`;
}
