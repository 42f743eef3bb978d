import type { FastifyRequest } from 'fastify';
import { krw } from '../../kernel/money.ts';
import { refuse } from '../../kernel/result.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { csvOf, sendCsv, wantsCsv } from '../../platform/http/csv.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import { BuyerPage, ConflictPage, DoorListPage, ListQuery, PageQuery } from './door-contract.ts';
import { findDoor } from './doorkeepers.ts';
import { ofSeller } from './operations.ts';
import type { AdmissionConflict, Buyer, CheckInStore, DoorEntry, SellerLists } from './ports.ts';
import { checkInTime, seatOf } from './views.ts';

export type SellerRouteDeps = {
  readonly lists: SellerLists;
  readonly checkIns: Pick<CheckInStore, 'conflicts'>;
  readonly termsOf: (performanceId: string) => Promise<SalesTerms | undefined>;
};

const tags = ['Doors'];
const DEFAULT_LIMIT = 20;
/** Rows of a file: more than a hall has seats. */
const FILE_ROWS_MAX = 200_000;
const AS_CSV = 'All of them as CSV with `Accept: text/csv` or `?format=csv`.';

/** Who bought and who is in, for the seller of the performance. */
export function sellerRoutes(server: HttpServer, deps: SellerRouteDeps): void {
  doorListRoute(server, deps);
  buyersRoute(server, deps);
  conflictsRoute(server, deps);
}

function doorListRoute(server: HttpServer, deps: SellerRouteDeps): void {
  server.get(
    '/v1/performances/:id/door-list',
    {
      config: { access: ofSeller, problems: ['performance_not_found'] },
      schema: {
        operationId: 'getDoorList',
        summary: 'Every good ticket by seat: who bought it, and whether somebody was let in',
        description: AS_CSV,
        tags,
        params: ById,
        querystring: ListQuery,
        response: { 200: DoorListPage, default: Problem },
      },
    },
    async (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT, format } = request.query;
      const after = cursor === undefined ? -1 : decodeCursor(cursor, ['number'])?.[0];
      if (typeof after !== 'number') return refuseCursor(reply);
      const terms = await findOwn(deps, request);
      if (!terms) return problemBody(reply, refuse('performance_not_found'));
      const { performanceId } = terms;
      if (wantsCsv(request, format)) {
        const all = await deps.lists.doorList(performanceId, { after: -1, limit: FILE_ROWS_MAX });
        sendCsv(reply, { name: `door-list-${performanceId}.csv`, text: doorListCsv(all, terms) });
        return reply;
      }
      const rows = await deps.lists.doorList(performanceId, { after, limit: limit + 1 });
      return toPage(
        rows,
        limit,
        ({ seatNo }) => [seatNo],
        (row) => doorEntryView(row, terms),
      );
    },
  );
}

function buyersRoute(server: HttpServer, deps: SellerRouteDeps): void {
  server.get(
    '/v1/performances/:id/buyers',
    {
      config: { access: ofSeller, problems: ['performance_not_found'] },
      schema: {
        operationId: 'listBuyers',
        summary: 'Who paid for seats of your performance, newest first',
        description: AS_CSV,
        tags,
        params: ById,
        querystring: ListQuery,
        response: { 200: BuyerPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const terms = await findOwn(deps, request);
      if (!terms) return problemBody(reply, refuse('performance_not_found'));
      const { performanceId } = terms;
      if (wantsCsv(request, request.query.format)) {
        const all = await deps.lists.buyers(performanceId, { limit: FILE_ROWS_MAX });
        sendCsv(reply, { name: `buyers-${performanceId}.csv`, text: buyersCsv(all, terms) });
        return reply;
      }
      const rows = await deps.lists.buyers(performanceId, page);
      return toPage(
        rows,
        page.limit,
        ({ reservationId }) => [reservationId],
        (row) => buyerView(row, terms),
      );
    },
  );
}

function conflictsRoute(server: HttpServer, deps: SellerRouteDeps): void {
  server.get(
    '/v1/performances/:id/admission-conflicts',
    {
      config: { access: ofSeller, problems: ['performance_not_found'] },
      schema: {
        operationId: 'listAdmissionConflicts',
        summary: 'Who was let in without network and should not have been, newest first',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: ConflictPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const terms = await findOwn(deps, request);
      if (!terms) return problemBody(reply, refuse('performance_not_found'));
      const rows = await deps.checkIns.conflicts(terms.performanceId, page);
      return toPage(
        rows,
        page.limit,
        ({ id }) => [id],
        (row) => conflictView(row, terms),
      );
    },
  );
}

function findOwn(deps: SellerRouteDeps, request: FastifyRequest & { params: ById }) {
  return findDoor(deps, request.params.id, { kind: 'account', principal: principalOf(request) });
}

function doorEntryView({ ticketId, seatNo, name, checkIn }: DoorEntry, terms: SalesTerms) {
  return { ticketId, seat: seatOf(terms, seatNo), name, checkIn: checkIn ? checkInTime(checkIn) : null };
}

function buyerView({ reservationId, name, email, seatNos, amount, paidAt }: Buyer, terms: SalesTerms) {
  const seats = seatNos.map((seatNo) => seatOf(terms, seatNo));
  return { reservationId, name, email, seats, amount: krw(amount), paidAt: new Date(paidAt).toISOString() };
}

function conflictView(row: AdmissionConflict, terms: SalesTerms) {
  const { id, seatNo, reason, gate, admittedAt, recordedAt, first } = row;
  return {
    id,
    seat: seatOf(terms, seatNo),
    reason,
    gate,
    admittedAt: new Date(admittedAt).toISOString(),
    recordedAt: new Date(recordedAt).toISOString(),
    first: first ? checkInTime(first) : null,
  };
}

function doorListCsv(rows: readonly DoorEntry[], terms: SalesTerms): string {
  const lines = rows.map((entry) => {
    const { seat, name, checkIn } = doorEntryView(entry, terms);
    return [
      seat.section,
      seat.row,
      seat.number,
      seat.grade,
      name,
      checkIn?.checkedInAt ?? '',
      checkIn?.gate ?? '',
    ];
  });
  return csvOf(['section', 'row', 'number', 'grade', 'name', 'checkedInAt', 'gate'], lines);
}

function buyersCsv(rows: readonly Buyer[], terms: SalesTerms): string {
  const lines = rows.map((buyer) => {
    const { reservationId, name, email, seats, amount, paidAt } = buyerView(buyer, terms);
    const names = seats.map(({ id }) => id).join(' ');
    return [reservationId, name, email, names, amount.amount, amount.currency, paidAt];
  });
  return csvOf(['reservation', 'name', 'email', 'seats', 'amount', 'currency', 'paidAt'], lines);
}
