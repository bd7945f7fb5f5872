import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'
import { loadPlaces, type Places } from './places.ts'

export const text = Type.Object({ zh: Type.String(), en: Type.String() })

/** A legal or promised time. `sample` marks a value of ours where the city's own is not known. */
export const clock = Type.Object({
  unit: Type.Union([Type.Literal('wd'), Type.Literal('wh'), Type.Literal('h'), Type.Literal('d')]),
  budget: Type.Number({ exclusiveMinimum: 0 }),
  sample: Type.Optional(Type.Boolean()),
})

/** A further question of a category, in the terms of Open311's service definitions. */
export const attribute = Type.Object({
  code: Type.String({ pattern: '^[a-z0-9_]+$' }),
  datatype: Type.Union([
    Type.Literal('string'),
    Type.Literal('number'),
    Type.Literal('datetime'),
    Type.Literal('text'),
    Type.Literal('singlevaluelist'),
    Type.Literal('multivaluelist'),
  ]),
  required: Type.Boolean(),
  order: Type.Integer(),
  description: text,
  values: Type.Optional(Type.Array(Type.Object({ key: Type.String(), name: text }))),
})

const Profile = Type.Object({
  id: Type.String(),
  name: text,
  countyCode: Type.String({ pattern: '^\\d{5}$' }),
  timezone: Type.String(),
  centre: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  hotline: Type.String(),
  coordinator: Type.String({ pattern: '^[a-z0-9-]+$' }),
})

export type Profile = {
  readonly id: string
  readonly name: Text
  readonly countyCode: string
  readonly centre: { readonly lat: number; readonly lon: number }
  readonly hotline: string
  /** The agency that gets what another hands back, and what goes to a body outside. */
  readonly coordinator: string
}

/** Who the city is. */
export const cityProfile = (city: City): Profile => city.read('city.json', Profile)

const loaded = new WeakMap<City, Places>()

/** The city's districts and villages, loaded on first use (about 0.3 s). */
export function cityPlaces(city: City): Places {
  const known = loaded.get(city)
  if (known) return known
  const places = loadPlaces(cityProfile(city).countyCode)
  loaded.set(city, places)
  return places
}
