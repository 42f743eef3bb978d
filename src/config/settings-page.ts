import type { Setting, SettingTable } from './settings.ts';

/** The table as Markdown rows, for docs/config.md. */
export function describeSettings(table: SettingTable): string {
  const rows = Object.values(table).map((setting) => {
    const shown =
      setting.shownAs ??
      (setting.fallback === undefined ? 'not set' : JSON.stringify(setting.fallback).replaceAll('"', ''));
    return `| \`${setting.env}\` | ${shown} | ${setting.describe}${notesOf(setting)} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function notesOf({ secret, demoOnly }: Setting<unknown>): string {
  if (secret) return ' Secret: required in production.';
  if (!demoOnly) return '';
  return `${secret === false ? ' In' : ' Secret: in'} production there is none unless it is set.`;
}
