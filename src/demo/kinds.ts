import type { TSchema } from 'typebox'
import type { City } from '../core/city.ts'
import type { Operation } from '../core/operation.ts'
import type { CaseItem, CaseType } from '../kernel/cases/define.ts'
import { reportWorkFor } from '../systems/citizen-supervision/operations.ts'
import { supervisionCase } from '../systems/citizen-supervision/supervision.ts'
import { dispatchCase } from '../systems/dispatch/dispatch.ts'
import { dispatchPack } from '../systems/dispatch/items.ts'
import { reportFor } from '../systems/dispatch/operations.ts'
import { petitionFor } from '../systems/petitions/operations.ts'
import { petitionCase } from '../systems/petitions/petitions.ts'
import { dispatchScene, petitionScene, type Scene, type Stage, supervisionScene } from './script.ts'

/** The kinds of case that the demo plays, and how each is filed. */
export type Kind = {
  readonly name: 'dispatch' | 'petitions' | 'supervision'
  /** How many of the last days' the desk shows. */
  readonly recent: number
  readonly scene: (
    stage: Stage,
    item: CaseItem,
    window: { from: Date; to: Date },
    photo: string,
  ) => Scene
  readonly type: CaseType
  readonly file: Operation<TSchema, { no: string }>
  /** `scan` is the token of a file that stands for a scanned letter. */
  readonly input: (scene: Scene, city: City, scan: string) => Record<string, unknown>
}

const channel = (given: string): string => (given === 'web' ? 'app' : given)

/** An answer to each required question of an item: the first choice, a plain word or a one. */
function answersTo(city: City, item: string): Record<string, unknown> {
  const questions = dispatchPack(city).items.find(({ code }) => code === item)?.attributes ?? []
  const answer = (q: (typeof questions)[number]) => {
    const first = q.values?.[0]?.key
    if (q.datatype === 'multivaluelist') return [first]
    if (q.datatype === 'number') return 1
    return first ?? '不確定'
  }
  return Object.fromEntries(questions.filter((q) => q.required).map((q) => [q.code, answer(q)]))
}

export const caseKinds: readonly Kind[] = [
  {
    name: 'dispatch',
    recent: 40,
    scene: dispatchScene,
    type: dispatchCase,
    file: reportFor,
    input: ({ item, body, place, lat, lon, name, channel: by }, city) => ({
      ...{ item, body, place, lat, lon, name, channel: channel(by) },
      answers: answersTo(city, item),
    }),
  },
  {
    name: 'petitions',
    recent: 40,
    scene: petitionScene,
    type: petitionCase,
    file: petitionFor,
    input: ({ item, subject, body, place, district, name, channel: by }, _, scan) => ({
      ...{ item, subject, body, place, district, name, channel: channel(by) },
      ...(by === 'letter' && { documents: [scan] }),
      ...(by === 'phone' && { readBack: 'spoken' }),
      ...(by === 'counter' && { readBack: 'signed' }),
      // A number that no exchange assigns: 07 with seven noughts and a serial.
      phone: '07-0000000',
    }),
  },
  {
    name: 'supervision',
    recent: 8,
    scene: supervisionScene,
    type: supervisionCase,
    file: reportWorkFor,
    input: ({ item, body, place, lat, lon, name, channel: by }) => ({
      ...{ item, body, place, lat, lon, name, channel: channel(by) },
    }),
  },
]
