import type { HttpProblems } from '../../../src/platform/http/problem-status.ts';

const INTRODUCTION = `# Errors

Printed from the code by \`test/flows/openapi.test.ts\`, which fails when this page is out of date; \`UPDATE_DOCS=1\` in its environment prints it again.

An answer of 4xx or 5xx is \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`requestId\`, with \`errors\` where a validation failed, and more fields where the advice names them. Programs decide by \`code\`, which is stable; new ones may come, so treat one that you do not know by its status. 429 and 503 carry \`Retry-After\`.
`;

/** docs/errors.md: a row for each code, by status. */
export function renderErrorsPage(problems: HttpProblems): string {
  const rows = Object.entries(problems)
    .toSorted(([a, one], [b, other]) => one.status - other.status || (a < b ? -1 : 1))
    .map(([code, { status, title, remedy }]) => `| ${status} | \`${code}\` | ${title} | ${remedy} |`);
  return `${[INTRODUCTION, '| status | code | what happened | what to do |', '|---|---|---|---|', ...rows].join('\n')}\n`;
}
