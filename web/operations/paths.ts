/** The addresses of sellers and of those who run the system; registered by the server as they stand here. */
export const operationsPaths = {
  concerts: '/seller',
  newConcert: '/seller/concerts/new',
  concert: '/seller/concerts/:id',
  performance: '/seller/performances/:id',
  doors: '/seller/performances/:id/doors',
  performanceBookings: '/seller/performances/:id/bookings',
  venues: '/seller/venues',
  newVenue: '/seller/venues/new',
  venue: '/seller/venues/:id',
  rooms: '/operations/rooms',
  overview: '/operations',
  bookings: '/operations/bookings',
  booking: '/operations/bookings/:id',
  accounts: '/operations/accounts',
  audit: '/operations/audit',
  deadLetters: '/operations/dead-letters',
} as const;
