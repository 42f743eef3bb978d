import type { onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import { member, roles } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { toPage } from '../../platform/http/cursor.ts';
import { readIdPage, refuseCursor } from '../../platform/http/id-page.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { AccountsService } from './accounts-service.ts';
import {
  AccountPage,
  AccountQueryString,
  AccountView,
  accountView,
  ConfirmedEmail,
  EmailConfirmationBody,
  EnrolmentBody,
  RoleChangeBody,
  SignUpBody,
} from './contract.ts';
import type { IdentityOperations } from './operations.ts';

export function accountRoutes(
  server: HttpServer,
  accounts: AccountsService,
  { signUp }: IdentityOperations,
  warnOfProxy: onRequestHookHandler,
): void {
  const answer = operationRoute(signUp, { status: 201 });
  server.post(
    '/v1/accounts',
    {
      onRequest: warnOfProxy,
      config: operationConfig(signUp),
      schema: {
        operationId: 'signUp',
        summary: 'Make an account; then log in with POST /v1/sessions',
        tags: ['Identity'],
        body: SignUpBody,
        response: { 201: AccountView, default: Problem },
      },
    },
    (request, reply) => answer(request, reply, { ...request.body, clientAddress: request.ip }),
  );

  server.get(
    '/v1/accounts/me',
    {
      config: { access: member, problems: ['account_not_found'] },
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

/** By a link that is sent to it. */
export function emailRoutes(
  server: HttpServer,
  { requestEmailConfirmation, confirmEmail }: IdentityOperations,
): void {
  const answerRequest = operationRoute(requestEmailConfirmation, { status: 204 });
  const answerConfirmation = operationRoute(confirmEmail, { status: 200 });

  server.post(
    '/v1/accounts/me/email-confirmations',
    {
      config: operationConfig(requestEmailConfirmation),
      schema: {
        operationId: 'requestEmailConfirmation',
        summary: 'Have the mail sent again that confirms your address; the first is sent at sign-up',
        tags: ['Identity'],
        response: { 204: Type.Null({ description: 'It is on its way.' }), default: Problem },
      },
    },
    (request, reply) => answerRequest(request, reply, null),
  );

  server.post(
    '/v1/email-confirmations',
    {
      config: operationConfig(confirmEmail),
      schema: {
        operationId: 'confirmEmail',
        summary: 'Confirm an address with what the link of the mail ends with; good once',
        tags: ['Identity'],
        body: EmailConfirmationBody,
        response: { 200: ConfirmedEmail, default: Problem },
      },
    },
    (request, reply) => answerConfirmation(request, reply, request.body),
  );
}

export function roleRoutes(server: HttpServer, { enrol, changeRole }: IdentityOperations): void {
  const answerEnrolment = operationRoute(enrol, { status: 200 });
  const answerChange = operationRoute(changeRole, { status: 200 });

  server.post(
    '/v1/enrolments',
    {
      config: operationConfig(enrol),
      schema: {
        operationId: 'enrol',
        summary: 'Take a role with its code; it counts from the next POST /v1/sessions/refresh',
        tags: ['Identity'],
        body: EnrolmentBody,
        response: { 200: AccountView, default: Problem },
      },
    },
    (request, reply) => answerEnrolment(request, reply, request.body),
  );

  server.post(
    '/v1/accounts/:id/roles',
    {
      config: operationConfig(changeRole),
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
    (request, reply) => answerChange(request, reply, { accountId: request.params.id, ...request.body }),
  );
}
