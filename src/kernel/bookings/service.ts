import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'

const text = Type.Object({ zh: Type.String(), en: Type.String() })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const clockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })

/** How often one person may come: so many visits within some days, or within a half-year. */
const Quota = Type.Object({
  per: Type.Union([Type.Literal('days'), Type.Literal('half-year')]),
  days: Type.Optional(Type.Integer({ minimum: 1 })),
  most: Type.Integer({ minimum: 1 }),
})

/** Who missed `count` bookings within `withinDays` books nothing ahead for `restDays`. */
const NoShowRule = Type.Object({
  count: Type.Integer({ minimum: 1 }),
  withinDays: Type.Integer({ minimum: 1 }),
  restDays: Type.Integer({ minimum: 1 }),
})

/** The rules of a service in the city pack. */
export const BookingRules = Type.Object({
  weeksAhead: Type.Integer({ minimum: 1, maximum: 26 }),
  holdMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
  offerMinutes: Type.Integer({ minimum: 5, maximum: 2880 }),
  quotas: Type.Array(Quota),
  noShow: Type.Optional(NoShowRule),
})

/** The places of a service in the city pack, each with its weekly sessions. */
export const Venues = Type.Array(
  Type.Object({
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    agency: Type.String(),
    name: text,
    address: text,
    openedOn: day,
    sessions: Type.Array(
      Type.Object({
        weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' })),
        from: clockTime,
        to: clockTime,
        slotMinutes: Type.Integer({ minimum: 5, maximum: 1440 }),
        capacity: Type.Integer({ minimum: 1, maximum: 999 }),
      }),
    ),
  }),
)

export type BookingRules = Static<typeof BookingRules>
export type VenueSeed = Static<typeof Venues>[number]
export type ProviderSeed = { readonly code: string; readonly name: string }

/**
 * Something that people book: its places, its rules, and what its letters call it. A system
 * declares one; the kernel knows nothing of what happens in the slot.
 */
export type Service = {
  readonly name: string
  readonly title: Text
  /** The letter before its numbers, unlike that of any other service or kind of case. */
  readonly prefix: string
  /** The page on which a citizen books, without the language prefix. */
  readonly path: string
  readonly rules: (city: City) => BookingRules
  readonly venues: (city: City) => readonly VenueSeed[]
  /** Who serves; none where a place needs nobody, such as a seat on a ferry. */
  readonly providers?: (city: City) => readonly ProviderSeed[]
}
