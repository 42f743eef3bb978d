/** How the state of a ticket looks on a badge. */
export const TICKET_TONES = { valid: 'badge-good', used: '', void: 'badge-bad' } as const;
