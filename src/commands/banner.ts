import { exportFolder } from '../app/compose/export.ts';
import type { Config } from '../config/config.ts';
import { exportTarget } from '../config/export-settings.ts';
import { mailFolder } from '../config/mail-settings.ts';
import { demoAccounts } from '../demo/index.ts';

/** Says where to click, who to be and what to do next. */
export function bannerOf(config: Config, address: string, connectionsMax: number | undefined): string {
  const lines = [
    '',
    `firstcome is running at ${address}`,
    '',
    `  Ticket shop       ${address}/`,
    `  For sellers       ${address}/seller`,
    `  At the door       ${address}/gate (${config.mode === 'demo' ? 'with the demo pass that it offers' : 'with the account of a seller, or a gate pass'})`,
    `  For managers      ${address}/operations`,
    `  API and try-out   ${address}/docs`,
    `  OpenAPI document  ${address}/openapi.json`,
    `  Health            ${address}/health/ready`,
    `  Metrics           ${address}/metrics`,
    ...(config.mailUrl === undefined
      ? [`  Mails             ${mailFolder(config)} (nobody is sent any)`]
      : []),
    '',
  ];
  if (exportTarget(config, true) === 'file')
    lines.push(`Every event is exported to ${exportFolder(config)} (EXPORT_TO).`, '');
  if (config.mode === 'demo') lines.push(...demoLines());
  if (connectionsMax !== undefined)
    lines.push(`Holds up to ${connectionsMax.toLocaleString('en')} connections (limit of open files).`);
  lines.push('Stop with Ctrl-C.', '');
  return lines.join('\n');
}

/** Says to the terminal, and to nothing that keeps it, how the first manager comes about. */
export function printFirstManager(address: string, code: string | undefined): void {
  if (code === undefined) return;
  process.stderr.write(
    `There is no manager yet. Within 15 minutes: sign up at ${address}/sign-up, then take the role at ` +
      `${address}/operations with the code ${code} (good once). ` +
      'Later: npm run cli -- accounts create-manager EMAIL\n\n',
  );
}

function demoLines(): string[] {
  const rows = demoAccounts.map(
    ({ role, email, password }) => `  ${role.padEnd(9)} ${email.padEnd(26)} ${password}`,
  );
  return [
    'Demo accounts with their passwords (for demonstration only, never in production):',
    ...rows,
    '',
    'Next: open the ticket shop, or follow the quick start in README.md from sign-up to a ticket with curl.',
    '',
  ];
}
