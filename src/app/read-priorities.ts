import type { ReadPriority } from '../platform/http/shed-reads.ts';

/**
 * Which reads give way first while writes wait, and which never do: what people need who stand in line, hold seats, pay
 * or wait for an answer.
 */
export const READ_PRIORITIES: Readonly<Record<string, ReadPriority>> = {
  listConcerts: 'first',
  getConcert: 'first',
  rankSellingNow: 'first',
  rankFastestSoldOut: 'first',
  listOwnConcerts: 'first',
  listVenues: 'first',
  getVenue: 'first',
  getTakings: 'first',
  listBuyers: 'first',
  listPointEntries: 'first',
  getReservationHistory: 'first',
  getReservationSaga: 'first',
  listAccounts: 'first',
  listEventConsumers: 'first',
  listDeadLetters: 'first',
  listDeadLetterGroups: 'first',
  getQueuedRequest: 'last',
  getRoomEntry: 'last',
  getReservation: 'last',
  listReservationPayments: 'last',
  getPayment: 'last',
  listPaymentMethods: 'last',
  getTicket: 'last',
  getTicketQr: 'last',
  getPoints: 'last',
  readOwnAccount: 'last',
  getDoor: 'last',
  getDoorTickets: 'last',
  getOwnGate: 'last',
  // Operators look when it is full.
  getRoom: 'last',
  listRooms: 'last',
  getFigures: 'last',
};
