import { LiveBadge } from '../../shared/ui/live-badge.tsx';
import { Loading } from '../../shared/ui/loading.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { useOperationsText } from '../messages/operations.ts';
import { RoomCard } from './room-card.tsx';
import { useRooms } from './use-rooms.ts';

/** The rooms at work with their settings: a seller's own, all for managers. */
export function RoomsPage() {
  const text = useOperationsText();
  const { rooms, live, accept } = useRooms();
  return (
    <div className="stack">
      <div className="stack-tight">
        <PageHeading title={text('rooms')} />
        <p>
          <LiveBadge state={live} />
        </p>
      </div>
      {!rooms && <Loading />}
      {rooms?.length === 0 && <p className="quiet">{text('noRooms')}</p>}
      <ul className="room-grid">
        {rooms?.map((room) => (
          <RoomCard key={room.performanceId} room={room} onChange={accept} />
        ))}
      </ul>
    </div>
  );
}
