import { Link } from '../../shared/router/link.tsx';
import { useBookingText } from '../messages/booking.ts';
import { ticketPaths } from '../paths.ts';

/** Stands where a person has nothing yet, with the way to where there is something. */
export function NothingYet({ words }: { readonly words: string }) {
  const text = useBookingText();
  return (
    <div className="card stack empty">
      <p>{words}</p>
      <p>
        <Link to={ticketPaths.concerts} className="button">
          {text('toConcerts')}
        </Link>
      </p>
    </div>
  );
}
