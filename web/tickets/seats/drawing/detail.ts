/** Below this many pixels from seat to seat sections are shown instead of seats: nobody could hit one. */
export const SEATS_FROM_PX = 5.5;
/** From here a grade shows by its shape as well, from there a seat shows its number. */
export const SHAPES_FROM_PX = 8;
export const NUMBERS_FROM_PX = 22;
/** Share of the way to the neighbour that a seat fills. */
export const SEAT_SHARE = 0.8;
