import { Type } from 'typebox'
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
