/** The addresses of those who stand at the doors; registered by the server as they stand here. */
export const gatePaths = {
  gate: '/gate',
  /** For accounts of the seller and of managers; a pass knows its performance. */
  performance: '/gate/:id',
} as const;
