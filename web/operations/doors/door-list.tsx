import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Answer, call, callForFile } from '../../shared/api/call.ts';
import { useAccount } from '../../shared/api/use-account.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { Ask } from '../../tickets/booking/ask.tsx';
import { FileButton } from '../forms/file-button.tsx';
import { useDoorText } from '../messages/doors.ts';

type Entry = Answer<'getDoorList'>['items'][number];
type DoorListProps = { readonly performanceId: string; readonly version: number };

/** Every good ticket by seat; managers can take a check-in back. */
export function DoorList({ performanceId, version }: DoorListProps) {
  const text = useDoorText();
  const list = useList(
    ['mine', 'door-list', performanceId, version],
    ({ query, signal }) => call('getDoorList', { params: { id: performanceId }, query, signal }),
    { keepsPrevious: true },
  );
  return (
    <section className="stack" aria-labelledby="door-list">
      <h2 id="door-list">{text('doorList')}</h2>
      <FileButton
        label={text('doorFile')}
        name={`door-list-${performanceId}.csv`}
        fetchFile={() =>
          callForFile('getDoorList', { params: { id: performanceId }, query: { format: 'csv' } })
        }
      />
      <PagedList list={list} empty={<p className="quiet">{text('noTickets')}</p>}>
        {(entries) => (
          <ul className="stack-tight">
            {entries.map((entry) => (
              <DoorRow key={entry.ticketId} entry={entry} performanceId={performanceId} />
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}

type DoorRowProps = { readonly entry: Entry; readonly performanceId: string };

function DoorRow({ entry: { seat, name, checkIn }, performanceId }: DoorRowProps) {
  const text = useDoorText();
  const formats = useFormats();
  const { data: account } = useAccount();
  const queries = useQueryClient();
  const undoing = useMutation({
    mutationFn: (id: string) => call('undoCheckIn', { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mine', 'door', performanceId] }),
  });
  return (
    <li className="card door-row">
      <p>
        <strong className="figures">{text('seat', { ...seat, number: String(seat.number) })}</strong>{' '}
        <span className="badge">{seat.grade}</span> {name}
      </p>
      <p className="small quiet">
        {checkIn
          ? text('letIn', { gate: checkIn.gate, at: formats.moment(checkIn.checkedInAt) })
          : text('notIn')}
      </p>
      {undoing.isError && <ProblemNotice error={undoing.error} />}
      {checkIn && account?.roles.includes('manager') && (
        <Ask
          label={text('undo')}
          question={text('undoQuestion')}
          yes={text('undoYes')}
          no={text('keep')}
          isBusy={undoing.isPending}
          onYes={() => undoing.mutate(checkIn.id)}
        />
      )}
    </li>
  );
}
