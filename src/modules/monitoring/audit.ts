import { type Static, Type } from 'typebox';
import { roles } from '../../platform/auth/access.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { refuseCursor } from '../../platform/http/id-page.ts';
import { Problem } from '../../platform/http/problem.ts';
import { closed, Id, pageOf, pageQuery, Time } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Account } from '../identity/index.ts';
import type { AuditLog, AuditRecord } from './ports.ts';

const Somebody = Type.Object({ id: Id, name: Type.String(), email: Type.String() }, { title: 'AuditPerson' });

const AuditEntry = Type.Object(
  {
    at: Time,
    action: Type.Enum(
      [
        'roles.changed',
        'room.changed',
        'points.credited',
        'check-in.undone',
        'performance.cancelled',
        'performance.postponed',
        'dead-letters.redriven',
        'dead-letters.discarded',
      ],
      {
        title: 'AuditAction',
      },
    ),
    by: Type.Union([Somebody, Type.Null()], { description: 'Null: the system itself.' }),
    account: Type.Union([Somebody, Type.Null()], { description: 'Whose roles or points.' }),
    performanceId: Type.Union([Id, Type.Null()], { description: 'Whose room or door.' }),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'What is said of it: role, action and how; state and limits of a room; amount and reason; ticket and gate; reason and start of a performance; consumer, cause and number of dead letters.',
    }),
  },
  { title: 'AuditEntry' },
);
type AuditEntry = Static<typeof AuditEntry>;

export type AuditDeps = {
  readonly audit: AuditLog;
  readonly findAccounts: (ids: readonly string[]) => Promise<readonly Account[]>;
};

const DEFAULT_LIMIT = 50;

/** Who changed roles and rooms, gave points, took a check-in back, called a performance off or decided about dead letters: kept with the change itself, in one transaction. */
export function auditRoute(server: HttpServer, { audit, findAccounts }: AuditDeps): void {
  server.get(
    '/v1/operations/audit',
    {
      config: { access: roles(['manager']) },
      schema: {
        operationId: 'listAudit',
        summary:
          'Changes of roles and rooms, credits, undone check-ins, performances called off, dead letters: who did what and when, newest first',
        tags: ['Operations'],
        querystring: closed(pageQuery),
        response: { 200: pageOf(AuditEntry), default: Problem },
      },
    },
    async (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query;
      const before = cursor === undefined ? undefined : decodeCursor(cursor, ['number'])?.[0];
      if (cursor !== undefined && typeof before !== 'number') return refuseCursor(reply);
      const records = await audit.list({
        limit: limit + 1,
        before: Number(before ?? Number.MAX_SAFE_INTEGER),
      });
      const people = await findAccounts([...new Set(records.flatMap(peopleIn))]);
      const byId = new Map(people.map((account) => [account.id, account]));
      return toPage(
        records,
        limit,
        ({ position }) => [position],
        (record) => view(record, byId),
      );
    },
  );
}

function actorOf({ data }: AuditRecord): string | undefined {
  const actor = data['by'] ?? data['changedBy'];
  return typeof actor === 'string' ? actor : undefined;
}

function peopleIn(record: AuditRecord): string[] {
  return [actorOf(record), accountOf(record)].filter((id) => id !== undefined);
}

/** Whose roles or points. */
function accountOf({ action, key }: AuditRecord): string | undefined {
  return action === 'roles.changed' || action === 'points.credited' ? key : undefined;
}

function performanceOf({ action, key, data }: AuditRecord): string | null {
  if (action === 'room.changed') return key;
  const { performanceId } = data;
  return typeof performanceId === 'string' ? performanceId : null;
}

function view(record: AuditRecord, people: ReadonlyMap<string, Account>): AuditEntry {
  const somebody = (id: string | undefined) => {
    const account = id === undefined ? undefined : people.get(id);
    return account ? { id: account.id, name: account.name, email: account.email } : null;
  };
  const {
    accountId: _account,
    performanceId: _performance,
    by: _by,
    changedBy: _changedBy,
    ...details
  } = record.data;
  return {
    at: new Date(record.at).toISOString(),
    action: record.action,
    by: somebody(actorOf(record)),
    account: somebody(accountOf(record)),
    performanceId: performanceOf(record),
    details,
  };
}
