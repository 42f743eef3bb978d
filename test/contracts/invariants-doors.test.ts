import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runBusySale, settleHalf } from '../support/reservations/busy-sale.ts';
import { PlantedBreaches } from '../support/reservations/planted-breaches.ts';
import { ReservationTestApp } from '../support/reservations/test-app.ts';

let testApp: ReservationTestApp;
let planted: PlantedBreaches;

before(async () => {
  testApp = await ReservationTestApp.open();
  await runBusySale(testApp);
  await settleHalf(testApp);
  planted = new PlantedBreaches(testApp.database);
});
after(() => testApp.close());

const letIn = (from: string) => `insert into check_in
    (id, ticket_id, performance_id, gate, account_id, checked_in_at, recorded_at)
  select gen_random_uuid(), ${from}`;
const ONE = `id, performance_id, 'North', account_id, now(), now() from
  (select * from ticket where status = 'valid' order by id limit 1) t`;

test('two check-ins of one ticket are found, which the index forbids', { timeout: 60_000 }, async () => {
  const breaches = await planted.by('drop index check_in_once', letIn(ONE), letIn(ONE));
  assert.match(planted.detailOf(breaches, 'tickets_let_in_once'), /ticket \S+ has 2 living check-ins/);
});

test('a check-in without a ticket, or at another performance, is found', { timeout: 60_000 }, async () => {
  const lost = await planted.by(letIn(ONE.replace('id,', 'gen_random_uuid(),')));
  assert.match(planted.detailOf(lost, 'check_ins_have_their_ticket'), /which does not exist/);
  const elsewhere = await planted.by(letIn(ONE.replace('performance_id', 'gen_random_uuid()')));
  assert.match(
    planted.detailOf(elsewhere, 'check_ins_have_their_ticket'),
    /at performance \S+ is of ticket \S+ of performance/,
  );
});
