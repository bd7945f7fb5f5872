import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { CaseItem } from '../../kernel/cases/define.ts'
import { clock, text } from '../../kernel/cases/pack.ts'
import { PriorityRule } from '../../kernel/cases/priority.ts'

const code = Type.String({ pattern: '^[a-z0-9-]+$' })

const Pack = Type.Object({
  note: text,
  // Since when the first version of each item is in force.
  since: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  categories: Type.Array(
    Type.Object({
      code,
      name: text,
      items: Type.Array(
        Type.Object({
          code,
          name: text,
          description: text,
          owner: code,
          priority: Type.Optional(PriorityRule),
          clocks: Type.Object({ inspect: clock, repair: clock }),
        }),
      ),
    }),
  ),
})

/** Categories and items of public works, each with its times; `note` says whence the times are. */
export type SupervisionPack = Static<typeof Pack>

/** What can be reported about public works. Throws when `supervision.json` is not of the shape. */
export const supervisionPack = (city: City): SupervisionPack => city.read('supervision.json', Pack)

const known = new WeakMap<City, readonly CaseItem[]>()

/** The items as the cases kernel wants them: a time to inspect, a time to repair. */
export function supervisionItems(city: City): readonly CaseItem[] {
  const before = known.get(city)
  if (before) return before
  const made = supervisionPack(city).categories.flatMap((category) =>
    category.items.map(
      ({ code, name, owner, priority, clocks: { inspect, repair } }): CaseItem => ({
        code,
        name,
        group: category.name,
        clocks: [
          { kind: 'inspect', unit: inspect.unit, budget: inspect.budget },
          { kind: 'repair', unit: repair.unit, budget: repair.budget },
        ],
        agency: () => owner,
        ...(priority && { priority }),
        duplicate: { radiusMetres: 60, days: 30 },
      }),
    ),
  )
  known.set(city, made)
  return made
}
