import type { onRequestHookHandler } from 'fastify';
import { anyone, member, roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { idempotentWrite } from '../../platform/http/idempotency.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { AccountsService } from './accounts-service.ts';
import {
  AccountPage,
  AccountQueryString,
  AccountView,
  accountView,
  EnrolmentBody,
  RoleChangeBody,
  SignUpBody,
} from './contract.ts';
import type { Account, RoleChangeOutcome } from './ports.ts';
import type { RolesService } from './roles-service.ts';

export function accountRoutes(
  server: HttpServer,
  accounts: AccountsService,
  warnOfProxy: onRequestHookHandler,
): void {
  server.post(
    '/v1/accounts',
    {
      onRequest: warnOfProxy,
      config: { access: anyone, idempotent: true },
      schema: {
        operationId: 'signUp',
        summary: 'Make an account; then log in with POST /v1/sessions',
        tags: ['Identity'],
        body: SignUpBody,
        response: { 201: AccountView, default: Problem },
      },
    },
    async (request, reply) => {
      const idempotency = idempotentWrite<Account>(request, 201, accountView);
      const outcome = await accounts.signUp({ ...request.body, address: request.ip, idempotency });
      if (!outcome.ok) return problemBody(reply, outcome);
      reply.code(201);
      return accountView(outcome.value);
    },
  );

  server.get(
    '/v1/accounts/me',
    {
      config: { access: member },
      schema: {
        operationId: 'readOwnAccount',
        summary: 'Your account, with the roles that it has now',
        tags: ['Identity'],
        response: { 200: AccountView, default: Problem },
      },
    },
    async (request, reply) => {
      const outcome = await accounts.find(principalOf(request).accountId);
      return outcome.ok ? accountView(outcome.value) : problemBody(reply, outcome);
    },
  );
}

/** For managers, who give roles and take them away. */
export function accountListRoute(server: HttpServer, accounts: AccountsService): void {
  server.get(
    '/v1/accounts',
    {
      config: { access: roles(['manager']) },
      schema: {
        operationId: 'listAccounts',
        summary: 'Accounts with their roles, newest first',
        tags: ['Identity'],
        querystring: AccountQueryString,
        response: { 200: AccountPage, default: Problem },
      },
    },
    async (request, reply) => {
      const page = readIdPage(request.query);
      if (!page) return refuseCursor(reply);
      const { q, role } = request.query;
      const rows = await accounts.list({ ...page, limit: page.limit + 1, text: q, role });
      return toPage(rows, page.limit, (account) => [account.id], accountView);
    },
  );
}

const viewOfChange = (outcome: RoleChangeOutcome) => accountView(outcome.account);

export function roleRoutes(server: HttpServer, service: RolesService): void {
  server.post(
    '/v1/enrolments',
    {
      config: { access: member, idempotent: true },
      schema: {
        operationId: 'enrol',
        summary: 'Take a role with its code; it counts from the next POST /v1/sessions/refresh',
        tags: ['Identity'],
        body: EnrolmentBody,
        response: { 200: AccountView, default: Problem },
      },
    },
    async (request, reply) => {
      const outcome = await service.enrol({
        ...request.body,
        accountId: principalOf(request).accountId,
        idempotency: idempotentWrite(request, 200, viewOfChange),
      });
      return outcome.ok ? accountView(outcome.value) : problemBody(reply, outcome);
    },
  );

  server.post(
    '/v1/accounts/:id/roles',
    {
      config: { access: roles(['manager']), idempotent: true },
      schema: {
        operationId: 'changeRole',
        summary:
          'Give a role or take it away; one given counts from the next refresh, one taken away at once',
        tags: ['Identity'],
        params: ById,
        body: RoleChangeBody,
        response: { 200: AccountView, default: Problem },
      },
    },
    async (request, reply) => {
      const { role, action = 'grant' } = request.body;
      const outcome = await service.change({
        managerId: principalOf(request).accountId,
        accountId: request.params.id,
        change: { role, action },
        idempotency: idempotentWrite(request, 200, viewOfChange),
      });
      return outcome.ok ? accountView(outcome.value) : problemBody(reply, outcome);
    },
  );
}
