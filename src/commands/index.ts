import { accountsCreateManager } from './accounts.ts';
import { backup, restore } from './backup.ts';
import { check } from './check.ts';
import { commits } from './commits.ts';
import { deadLettersDiscard, deadLettersList, deadLettersRedrive, deadLettersShow } from './dead-letters.ts';
import { demoRemove } from './demo.ts';
import { exportRestart, exportStatus } from './export.ts';
import type { Commands } from './help.ts';
import { mails } from './mails.ts';
import { serve } from './serve.ts';
import { tokens } from './tokens.ts';

export { asksForHelp, findCommand, helpOn } from './help.ts';

export const commands: Commands = {
  serve: {
    usage: '[--roles gateway,api,worker]',
    summary: 'Runs the system, or some roles of it, until it is told to stop.',
    run: serve,
  },
  check: {
    usage: '',
    summary: 'Verifies every invariant on the database; exit code 1 on a breach.',
    run: check,
  },
  backup: {
    usage: 'FILE',
    summary: 'Writes the whole database to a new file, also while the system runs.',
    run: backup,
  },
  restore: {
    usage: 'FILE [--replace]',
    summary: 'Puts a backup into the database while no system runs; --replace: in place of what it holds.',
    run: restore,
  },
  'accounts create-manager': {
    usage: 'EMAIL [--name NAME] [--password-stdin]',
    summary: 'Makes an account with the role of a manager, or gives the role to the account that there is.',
    run: accountsCreateManager,
  },
  'dead-letters list': {
    usage: '[--consumer NAME [--cause TEXT]]',
    summary: 'Shows what consumers could not take by its causes, or one by one, a JSON line each.',
    run: deadLettersList,
  },
  'dead-letters show': {
    usage: 'ID',
    summary: 'Shows a dead letter with its event, or how a redrive stands.',
    run: deadLettersShow,
  },
  'dead-letters redrive': {
    usage: '--consumer NAME [--cause TEXT] [--id ID …] [--rate N] [--dry-run]',
    summary: 'Has the running system apply them again, N a second; --dry-run: tries one without effect.',
    run: deadLettersRedrive,
  },
  'dead-letters discard': {
    usage: '--consumer NAME (--cause TEXT | --id ID …) --reason TEXT',
    summary: 'Gives them up; what waited behind them follows.',
    run: deadLettersDiscard,
  },
  'demo remove': {
    usage: '[--all]',
    summary: 'Empties the database of a demonstration; --all: also of accounts that people made.',
    run: demoRemove,
  },
  'export status': {
    usage: '',
    summary: 'Where the export of events stands, and what it waits for, as JSON.',
    run: exportStatus,
  },
  'export restart': {
    usage: 'TARGET',
    summary: 'Exports every event once more, to http or file.',
    run: exportRestart,
  },
  mails: {
    usage: '',
    summary: 'Shows mails that the mail server refused or that were given up, a JSON line each.',
    run: mails,
  },
  tokens: {
    usage: '--count N [--performance ID] [--passes] [--line N]',
    summary: 'Makes people with access tokens for load scripts, a JSON line each; demo mode only.',
    run: tokens,
  },
  commits: {
    usage: '--count N [--per-second R]',
    summary: 'Times commits of one row, as JSON.',
    run: commits,
  },
};
