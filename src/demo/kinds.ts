import type { Operation } from '../core/operation.ts'
import type { CaseType } from '../kernel/cases/define.ts'
import { dispatchCase } from '../systems/dispatch/dispatch.ts'
import { reportFor } from '../systems/dispatch/operations.ts'
import { petitionFor } from '../systems/petitions/operations.ts'
import { petitionCase } from '../systems/petitions/petitions.ts'
import type { Scene } from './script.ts'

/** The kinds of case that the demo plays, and how each is filed. */
export type Kind = {
  readonly name: 'dispatch' | 'petitions'
  readonly type: CaseType
  readonly file: Operation<never, { no: string }>
  readonly input: (scene: Scene) => Record<string, unknown>
}

const channel = (given: string): string => (given === 'web' ? 'app' : given)

export const caseKinds: readonly Kind[] = [
  {
    name: 'dispatch',
    type: dispatchCase,
    file: reportFor as unknown as Kind['file'],
    input: ({ item, body, place, lat, lon, name, channel: by }) => ({
      ...{ item, body, place, lat, lon, name, channel: channel(by) },
      answers: item === 'streetlight-out' ? { fault: 'out' } : {},
    }),
  },
  {
    name: 'petitions',
    type: petitionCase,
    file: petitionFor as unknown as Kind['file'],
    input: ({ item, subject, body, place, district, name, channel: by }) => ({
      ...{ item, subject, body, place, district, name, channel: channel(by) },
      // A number that no exchange assigns: 07 with seven noughts and a serial.
      phone: '07-0000000',
    }),
  },
]
