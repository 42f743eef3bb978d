/** The addresses of the shop. They are registered by the server as they stand here. */
export const ticketPaths = {
  concerts: '/',
  concert: '/concerts/:id',
  signIn: '/sign-in',
  signUp: '/sign-up',
} as const;
