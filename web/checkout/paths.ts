/** Where the simulated payment provider receives buyers; registered by the server as it stands here. */
export const checkoutPaths = { checkout: '/checkout/:id' } as const;
