import { Type } from 'typebox'
import { invalid } from '../../core/errors.ts'
import { contactFields } from './contact.ts'

/** What every form of a report asks besides its own questions; each may be left out. */
export const intakeFields = {
  place: Type.String({ maxLength: 300, default: '', description: 'address or landmark' }),
  district: Type.Optional(Type.String({ maxLength: 12 })),
  lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
  photos: Type.Array(Type.String(), { maxItems: 5, default: [] }),
  via: Type.Optional(Type.String({ maxLength: 40, description: 'the call or chat it came from' })),
  ...contactFields,
}

/** By which way staff say that it came in; `more` are ways that only some kinds have. */
export const channelOf = (...more: string[]) =>
  Type.Union(
    ['phone', 'counter', 'app', 'letter', 'fax', ...more].map((value) => Type.Literal(value)),
  )

/** What opening a case answers: its number, the code to follow it, its id. */
export const openedCase = Type.Object({
  no: Type.String(),
  code: Type.String(),
  id: Type.String(),
})

/** What to say where neither a pin nor an address was given. */
export const placeMissing = {
  place: {
    zh: '請在地圖上點位置，或寫地址、路口、地標。',
    en: 'Put the pin on the map, or write an address, a crossing or a landmark.',
  },
}

/** Refuses a report of a thing that stands somewhere, without a place to look for it. */
export function needPlace(input: { readonly lat?: number | undefined; readonly place: string }) {
  if (input.lat === undefined && input.place.trim() === '') throw invalid(placeMissing)
}
