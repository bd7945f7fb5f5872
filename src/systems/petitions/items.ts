import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { CaseItem } from '../../kernel/cases/define.ts'
import { clock, text } from '../../kernel/cases/pack.ts'
import { PriorityRule } from '../../kernel/cases/priority.ts'

const code = Type.String({ pattern: '^[a-z0-9-]+$' })

const Pack = Type.Object({
  group: text,
  items: Type.Array(
    Type.Object({
      code,
      name: text,
      description: text,
      owner: code,
      priority: Type.Optional(PriorityRule),
      clocks: Type.Object({ ack: clock, reply: clock }),
    }),
  ),
})

/** The subjects of petitions as written in the pack. */
export type PetitionPack = Static<typeof Pack>

/** What a petition can be about. Throws when `petitions.json` is not of the shape. */
export const petitionPack = (city: City): PetitionPack => city.read('petitions.json', Pack)

const known = new WeakMap<City, readonly CaseItem[]>()

/** The subjects as the cases kernel wants them; the owner is the same in every district. */
export function petitionItems(city: City): readonly CaseItem[] {
  const before = known.get(city)
  if (before) return before
  const { group, items } = petitionPack(city)
  const made = items.map(
    ({ code, name, owner, priority, clocks: { ack, reply } }): CaseItem => ({
      code,
      name,
      group,
      clocks: [
        { kind: 'ack', unit: ack.unit, budget: ack.budget },
        { kind: 'reply', unit: reply.unit, budget: reply.budget },
      ],
      agency: () => owner,
      ...(priority && { priority }),
    }),
  )
  known.set(city, made)
  return made
}
