import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import { BookingRules, type Service, Venues } from '../../kernel/bookings/service.ts'

const text = Type.Object({ zh: Type.String(), en: Type.String() })

const Pack = Type.Object({
  /** True while places, hours and people are ours and not yet the city's own. */
  sample: Type.Optional(Type.Boolean()),
  rules: BookingRules,
  venues: Venues,
  lawyers: Type.Array(Type.Object({ code: Type.String(), name: Type.String() })),
  topics: Type.Array(Type.Object({ code: Type.String(), name: text })),
})

/** The city's venues, lawyers, topics and rules for legal advice. */
export const legalAidPack = (city: City): Static<typeof Pack> => city.read('legal-aid.json', Pack)

/** Advice by a lawyer on duty, for whoever books or comes. Section 五(三). */
export const legalAidService: Service = {
  name: 'legal-aid',
  title: { zh: '法律諮詢', en: 'Legal advice' },
  prefix: 'L',
  path: '/legal-aid',
  rules: (city) => legalAidPack(city).rules,
  venues: (city) => legalAidPack(city).venues,
  providers: (city) => legalAidPack(city).lawyers,
}
