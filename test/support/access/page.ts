import type { RouteEntry } from '../../../src/platform/http/authentication.ts';
import { CALLER_ROLES, promised, type Verdict } from './guard.ts';

const INTRODUCTION = `# Who may call what

Made from the routes themselves by \`test/flows/access-matrix.test.ts\`, which calls every route as everyone named here, and fails when this page is out of date. \`UPDATE_DOCS=1\` in its environment writes it again.

- *yes*: the route answers; what it answers may still be that there is no such thing.
- *401*, *403*: refused before anything is read, with \`token_missing\` or \`role_required\`.
- An expired token, one signed with another key or algorithm, one for another purpose: 401 wherever *anonymous* is 401.
- *Also checked*: whose the thing must be. To others it does not exist (404), unless their role allows them to see it.
`;

const CELLS: Readonly<Record<Verdict, string>> = {
  pass: 'yes',
  token_missing: '401',
  token_invalid: '401',
  token_expired: '401',
  session_ended: '401',
  role_required: '403',
};

/** docs/access.md: a row for each route, a column for each role. */
export function renderAccessPage(routes: readonly RouteEntry[]): string {
  const callers = [undefined, ...CALLER_ROLES] as const;
  const rows = routes.toSorted(byAddress).map(({ method, url, access }) => {
    const cells = callers.map((role) => CELLS[promised(access, role)]);
    return `| \`${method} ${url}\` | ${cells.join(' | ')} | ${access.owner ?? ''} |`;
  });
  const head = ['route', 'anonymous', ...CALLER_ROLES, 'also checked'];
  const table = [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...new Set(rows)];
  return `${INTRODUCTION}\n${table.join('\n')}\n`;
}

function byAddress(a: RouteEntry, b: RouteEntry): number {
  const [one, other] = [`${a.url} ${a.method}`, `${b.url} ${b.method}`];
  return one < other ? -1 : Number(one > other);
}
