import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { SignedIn } from '../account/signed-in.tsx';
import { Charging } from '../booking/charge-form.tsx';
import { usePoints } from '../booking/use-points.ts';
import { useBookingText } from '../messages/booking.ts';
import { useShopText } from '../messages/shop.ts';
import '../style/booking.css';

export function PointsPage() {
  const text = useShopText();
  return (
    <div className="main-narrow stack">
      <PageHeading title={text('points')} />
      <SignedIn>
        <Balance />
      </SignedIn>
    </div>
  );
}

function Balance() {
  const text = useBookingText();
  const formats = useFormats();
  const { data, error, refetch } = usePoints();
  if (error && !data) return <FailedPage error={error} retry={refetch} />;
  return (
    <>
      <section className="balance">
        <p>{text('balance')}</p>
        <p className="balance-amount figures" data-testid="balance">
          {data ? formats.money(data.balance) : '…'}
        </p>
      </section>
      {/* What moved stands below: it waits for the size of what comes first. */}
      {data && (
        <>
          <Charging />
          <Entries />
        </>
      )}
    </>
  );
}

function Entries() {
  const text = useBookingText();
  const formats = useFormats();
  const list = useList(['mine', 'points', 'entries'], (request) => call('listPointEntries', request));
  return (
    <section className="card stack" aria-labelledby="entries-heading">
      <h2 id="entries-heading">{text('pointHistory')}</h2>
      <PagedList list={list} empty={<p className="quiet">{text('noEntries')}</p>}>
        {(entries) => (
          <table className="entries figures">
            <thead>
              <tr>
                <th scope="col">{text('what')}</th>
                <th scope="col">{text('change')}</th>
                <th scope="col">{text('afterChange')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ id, kind, amount, balanceAfter, reason, createdAt }) => (
                <tr key={id}>
                  <th scope="row">
                    {text(`entry.${kind}`)}
                    {reason !== null && <span className="small block">{reason}</span>}
                    <span className="small quiet block">{formats.moment(createdAt)}</span>
                  </th>
                  <td data-sign={amount.amount < 0 ? 'minus' : 'plus'}>{formats.signedMoney(amount)}</td>
                  <td>{formats.money(balanceAfter)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </PagedList>
    </section>
  );
}
