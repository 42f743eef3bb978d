import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { useDoorText } from '../messages/doors.ts';

type ConflictsProps = { readonly performanceId: string; readonly count: number };

/** Who was let in without network and should not have been; asked for again when there are more. */
export function Conflicts({ performanceId, count }: ConflictsProps) {
  const text = useDoorText();
  const formats = useFormats();
  const list = useList(
    ['mine', 'admission-conflicts', performanceId, count],
    (request) => call('listAdmissionConflicts', { params: { id: performanceId }, ...request }),
    { enabled: count > 0, keepsPrevious: true },
  );
  if (count === 0) return null;
  return (
    <section className="stack" aria-labelledby="conflicts">
      <h2 id="conflicts">{text('conflicts')}</h2>
      <p className="small quiet">{text('conflictsNote')}</p>
      <PagedList list={list} empty={null}>
        {(conflicts) => (
          <ul className="stack-tight">
            {conflicts.map(({ id, seat, reason, gate, admittedAt, first }) => (
              <li key={id} className="card">
                <p>
                  <strong>{text('seat', { ...seat, number: String(seat.number) })}</strong>:{' '}
                  {text(`conflict.${reason}`, { gate, at: formats.moment(admittedAt) })}
                </p>
                {first && (
                  <p className="small quiet">
                    {text('firstIn', { gate: first.gate, at: formats.moment(first.checkedInAt) })}
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}
