import { useQuery } from '@tanstack/react-query';
import { call } from '../../shared/api/call.ts';
import { localised } from '../../shared/i18n/localised.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Link } from '../../shared/router/link.tsx';
import { fillPath } from '../../shared/router/match.ts';
import { FailedPage } from '../../shared/ui/failed-page.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { usePerformance } from '../../tickets/sale/use-performance.ts';
import { useDoorText } from '../messages/doors.ts';
import { operationsPaths } from '../paths.ts';
import { Buyers } from './buyers.tsx';
import { Conflicts } from './conflicts.tsx';
import { DoorList } from './door-list.tsx';
import { Gates } from './gates.tsx';

const REFRESH_MS = 5_000;

/** The doors of one performance: who is in, the passes of those who stand there, and the lists. */
export function DoorsPage({ id }: { readonly id: string }) {
  const text = useDoorText();
  const formats = useFormats();
  const language = useLanguage();
  const { data: performance } = usePerformance(id, { refresh: false });
  const {
    data: door,
    error,
    refetch,
  } = useQuery({
    queryKey: ['mine', 'door', id],
    queryFn: ({ signal }) => call('getDoor', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  });
  if (error && !door) return <FailedPage error={error} retry={refetch} />;
  if (!door || !performance) return <Loading />;
  const title = localised(performance.title, performance.titleEn, language).main;
  return (
    <div className="stack sections">
      <div className="stack-tight">
        <PageHeading title={text('doorsOf', { title })} />
        <p className="quiet">{formats.dateTime(performance.startsAt, performance.timeZone)}</p>
        <p className="figures door-total">
          {text('countIn', { inside: formats.number(door.checkedIn), all: formats.number(door.tickets) })}
        </p>
        <p className="row">
          <Link to={fillPath(operationsPaths.performance, { id })}>{text('toSale')}</Link>
          <a href={`/gate/${id}`}>{text('toGate')}</a>
        </p>
      </div>
      <Gates performanceId={id} />
      <Conflicts performanceId={id} count={door.conflicts} />
      <DoorList performanceId={id} version={door.version} />
      <Buyers performanceId={id} />
    </div>
  );
}
