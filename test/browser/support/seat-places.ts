import type { Page } from 'playwright-core';
import type { Answer } from '../../../web/shared/api/call.ts';
import { createLayout, nameOf } from '../../../web/tickets/seats/layout.ts';
import { fit } from '../../../web/tickets/seats/view-transform.ts';

/** Where the seats of a performance are drawn on the page while the map shows the whole hall. */
export async function seatPlaces(page: Page, performanceId: string) {
  const map = page.locator('.seat-map-view');
  await map.waitFor();
  const read = async (path: string): Promise<unknown> => (await page.request.get(path)).json();
  const { planUrl } = (await read(`/v1/performances/${performanceId}/seats`)) as Answer<'getSeats'>;
  const layout = createLayout((await read(planUrl)) as Answer<'getSeatPlan'>);
  const names = Array.from({ length: layout.capacity }, (_, no) => nameOf(layout, no).id);
  return async (seatId: string): Promise<{ readonly x: number; readonly y: number }> => {
    const box = await map.boundingBox();
    const no = names.indexOf(seatId);
    if (!box || no === -1) throw new Error(`the map shows no seat ${seatId}`);
    const view = fit(layout.bounds, box);
    return { x: box.x + layout.x[no]! * view.scale + view.x, y: box.y + layout.y[no]! * view.scale + view.y };
  };
}
