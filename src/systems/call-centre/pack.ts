import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { City } from '../../core/city.ts'

const text = Type.Object({ zh: Type.String(), en: Type.String() })
const code = Type.String({ pattern: '^[a-z0-9-]{1,40}$' })
const named = Type.Object({ code, name: text })

/** The call centre's part of a city pack; `sample` marks a value of ours. */
const CallCentre = Type.Object({
  areaCode: Type.String({ pattern: '^[1-9]\\d{0,2}$' }),
  serviceLevel: Type.Object({
    seconds: Type.Integer({ minimum: 1, maximum: 600 }),
    share: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    sample: Type.Optional(Type.Boolean()),
  }),
  queues: Type.Array(
    Type.Object({
      code,
      name: text,
      seats: Type.Integer({ minimum: 1 }),
      waitingMost: Type.Integer({ minimum: 1 }),
      sample: Type.Optional(Type.Boolean()),
    }),
    { minItems: 1 },
  ),
  extensions: Type.Record(Type.String(), Type.String()),
  results: Type.Array(named, { minItems: 1 }),
  breaks: Type.Array(named, { minItems: 1 }),
  callBackTries: Type.Integer({ minimum: 1, maximum: 10 }),
})

/** Queues with their seats, the promised service level, result codes, extensions of operators. */
export const callCentrePack = (city: City) => city.read('call-centre.json', CallCentre)

const lists = Type.Object({
  items: Type.Optional(Type.Array(Type.Object({ code }))),
  topics: Type.Optional(Type.Array(Type.Object({ code, name: text }))),
})

/**
 * What callers ask about and report, as the pack names it. Read from the text of those files: how
 * they are checked as a whole is for the systems that own them.
 */
export const enquiryTopics = (city: City) => listIn(city, 'enquiries.json').topics ?? []
export const reportItems = (city: City): string[] =>
  (listIn(city, 'dispatch.json').items ?? []).map((item) => item.code)

const read = new WeakMap<City, Map<string, Static<typeof lists>>>()

function listIn(city: City, file: string): Static<typeof lists> {
  const files = read.get(city) ?? new Map<string, Static<typeof lists>>()
  read.set(city, files)
  const known = files.get(file) ?? Value.Parse(lists, JSON.parse(city.text(file) ?? '{}'))
  files.set(file, known)
  return known
}
