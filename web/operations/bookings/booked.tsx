import type { Answer } from '../../shared/api/call.ts';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useBookingListText } from '../messages/bookings.ts';
import { useDoorText } from '../messages/doors.ts';

type Booking = Answer<'getReservation'>;
type Seat = Pick<Booking['seats'][number], 'section' | 'row' | 'number'>;

/** The seats of a booking in a line. */
export function BookedSeats({ seats }: { readonly seats: readonly Seat[] }) {
  const text = useDoorText();
  return seats
    .map(({ section, row, number }) => text('seat', { section, row, number: String(number) }))
    .join(', ');
}

/** What was booked, for how much and when. */
export function BookedLine({
  booking,
}: {
  readonly booking: Pick<Booking, 'seats' | 'amount' | 'createdAt'>;
}) {
  const text = useBookingListText();
  const formats = useFormats();
  const { seats, amount, createdAt } = booking;
  return (
    <>
      <BookedSeats seats={seats} /> · {formats.money(amount)} ·{' '}
      {text('madeAt', { at: formats.moment(createdAt) })}
    </>
  );
}
