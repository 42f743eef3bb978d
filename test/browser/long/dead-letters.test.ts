import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Complaints } from '../../support/complaints.ts';
import { until } from '../../support/until.ts';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';

const TIMEOUT = { timeout: 120_000 };
/** Enough for a redrive to stop by itself. */
const BROKEN = 22;

describePages('the page of dead letters', (site) => {
  let manager: Person;
  let fan: Person;
  let complaints: Complaints;
  let shows: readonly string[];

  before(async () => {
    manager = await site.testApp.manager();
    fan = await site.testApp.person();
    const amount = { amount: 1_000_000, currency: 'KRW' };
    for (let time = 0; time < 3; time++) await fan.call('POST /v1/points/charges', { amount });
    complaints = await Complaints.open(site.testApp.database);
    shows = await Promise.all(Array.from({ length: BROKEN + 4 }, () => site.testApp.sell()));
    await complaints.about('no such hall', shows.slice(0, 2));
    await complaints.about('a strange hour', shows.slice(2, 3));
    await Promise.all(shows.slice(0, 3).map(buy));
    await parked(3);
  }, TIMEOUT);

  async function buy(performanceId: string): Promise<void> {
    const { id } = await fan.call('POST /v1/reservations', { performanceId, seatIds: ['B-1-1'] });
    await fan.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
  }

  /** Waits until so many events have failed. */
  const parked = (count: number) =>
    until(
      () => manager.call('GET /v1/dead-letters/groups'),
      ({ items }) =>
        (items as { readonly parked: number }[]).reduce((sum, group) => sum + group.parked, 0) === count,
    );

  test(
    'leads in three clicks from a red number to repaired, and says before what would happen',
    TIMEOUT,
    async () => {
      const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
        person: manager,
      });
      await go('/operations');
      const tile = page.locator('.tile[data-bad="true"]', { hasText: '실패한 이벤트' });
      await tile.getByText('3', { exact: true }).waitFor();
      await picture('operations-red-number-ko');
      await tile.getByRole('link').click();

      const hall = page.getByRole('article', { name: /^postgres_p0001: no such hall about/ });
      await hall.getByText('실패 2건').waitFor();
      await hall.getByRole('button', { name: '표본 보기' }).press('Enter');
      await hall.getByText('payment.succeeded').waitFor();
      assert.match((await hall.locator('.payload').textContent()) ?? '', /"performanceId"/);
      const dryRun = hall.getByRole('button', { name: '시험 삼아 처리해 보기' });
      await dryRun.press('Enter');
      await hall.getByText('지금 처리해도 실패합니다').waitFor();
      await assertAccessible();
      await picture('dead-letters-sample-ko');
      await complaints.settle('no such hall');
      await dryRun.click();
      await hall.getByText('지금 처리하면 성공합니다.').waitFor();

      await hall.getByRole('button', { name: '다시 처리' }).click();
      await picture('dead-letters-redrive-ko');
      await hall.getByRole('button', { name: '초당 100건으로 시작' }).click();
      await page.getByText('2건 중 2건 처리, 0건 다시 실패').waitFor();
      await hall.waitFor({ state: 'detached' });

      const hour = page.getByRole('article', { name: /^postgres_p0001: a strange hour/ });
      await hour.getByRole('button', { name: '버리기', exact: true }).click();
      await hour.getByLabel('사유').fill('공연이 취소되어 순위에 필요하지 않음');
      await assertAccessible();
      await hour.getByRole('button', { name: '1건 버리기' }).click();
      await page.getByText('처리하지 못한 이벤트가 없습니다.').waitFor();
      await picture('dead-letters-none-ko');
      await go('/operations/audit');
      await page.getByText('공연이 취소되어 순위에 필요하지 않음').waitFor();
      await picture('audit-dead-letters-ko');
      await assertQuiet();
      await close();
    },
  );

  test('shows a redrive live: what fails meanwhile, a stop by hand, and one by itself', TIMEOUT, async () => {
    await complaints.about('no such hall', shows.slice(3, 3 + BROKEN));
    await Promise.all(shows.slice(3, 3 + BROKEN).map(buy));
    await parked(BROKEN);
    const phone = { person: manager, language: 'en', size: 'phone', isDark: true } as const;
    const { page, go, picture, assertAccessible, assertNoTrouble, close } = await site.visit(phone);
    await go('/operations/dead-letters');
    const hall = page.getByRole('article', { name: /^postgres_p0001: no such hall about/ });
    const start = async (rate: string) => {
      await hall.getByRole('button', { name: 'Redrive' }).tap();
      await hall.getByLabel('Events a second').fill(rate);
      await hall.getByRole('button', { name: /^Start at/ }).tap();
    };
    await start('2');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await complaints.about('a strange hour', shows.slice(-1));
    await buy(shows.at(-1)!);
    await page.getByText('New failures of this consumer meanwhile: 1').waitFor();
    await assertAccessible();
    await picture('dead-letters-live-phone-dark-en');
    await page.getByRole('button', { name: 'Stop' }).tap();
    await page.getByText('A manager stopped it.').waitFor();
    await start('1000');
    await page.getByText('More than 5% failed again, so that it stopped by itself.').waitFor();
    await picture('dead-letters-stopped-phone-dark-en');
    await complaints.settle();
    await start('1000');
    await page.getByText(`${BROKEN} of ${BROKEN} applied, 0 failed again`).waitFor();
    // Cards come and go here as failures do, whatever somebody touches.
    assertNoTrouble();
    await close();
  });
});
