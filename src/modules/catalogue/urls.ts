/** The addresses that views name, so that clients follow links instead of building them. */
export const planUrl = (planHash: string): string => `/v1/seat-plans/${planHash}`;
export const planSeatsUrl = (planHash: string): string => `${planUrl(planHash)}/seats`;
export const seatsUrl = (performanceId: string): string => `/v1/performances/${performanceId}/seats`;
export const streamUrl = (performanceId: string): string => `${seatsUrl(performanceId)}/stream`;
