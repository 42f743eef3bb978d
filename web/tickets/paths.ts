/** The addresses of the shop. They are registered by the server as they stand here. */
export const ticketPaths = {
  concerts: '/',
  concert: '/concerts/:id',
  performance: '/performances/:id',
  line: '/performances/:id/line',
  seats: '/performances/:id/seats',
  reservations: '/reservations',
  reservation: '/reservations/:id',
  tickets: '/tickets',
  ticket: '/tickets/:id',
  points: '/points',
  signIn: '/sign-in',
  signUp: '/sign-up',
  confirmEmail: '/confirm-email',
} as const;
