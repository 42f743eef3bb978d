import type { Config } from '../config.ts';
import { demoAccounts } from '../demo/accounts.ts';

/** Prints where to click and who to be. */
export function printBanner(config: Config, address: string, connectionsMax: number | undefined): void {
  const lines = [
    '',
    `firstcome is running at ${address}`,
    '',
    `  API and try-out   ${address}/docs`,
    `  OpenAPI document  ${address}/openapi.json`,
    `  Health            ${address}/health/ready`,
    `  Metrics           ${address}/metrics`,
    '',
  ];
  if (config.mode === 'demo') lines.push(...demoLines());
  if (connectionsMax !== undefined)
    lines.push(`Holds up to ${connectionsMax.toLocaleString('en')} connections (limit of open files).`);
  lines.push('Stop with Ctrl-C.', '');
  process.stdout.write(lines.join('\n'));
}

function demoLines(): string[] {
  const rows = demoAccounts.map(
    ({ role, email, password }) => `  ${role.padEnd(9)} ${email.padEnd(26)} ${password}`,
  );
  return ['Demo accounts (for demonstration only, refused in production):', ...rows, ''];
}
