import { holdingsIn } from '../../core/held.ts'

/** The bookings that a browser holds the code of, of all services. */
export const heldBookings = holdingsIn('takao-bookings', 'bookings')
