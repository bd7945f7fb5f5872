import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { CaseItem, Where } from '../../kernel/cases/define.ts'
import { attribute, clock, text } from '../../kernel/cases/pack.ts'
import { PriorityRule } from '../../kernel/cases/priority.ts'
import { cityAgencies } from '../../kernel/identity/pack.ts'

const code = Type.String({ pattern: '^[a-z0-9-]+$' })

const Owner = Type.Object({
  default: code,
  byDistrict: Type.Optional(Type.Record(Type.String({ pattern: '^\\d{8}$' }), code)),
  // The office of the district where it happened; `default` where the place is unknown.
  district: Type.Optional(Type.Literal(true)),
  // Answers that tell whose it is, the first that fits; they go before the place.
  rules: Type.Optional(
    Type.Array(Type.Object({ question: Type.String(), answer: Type.String(), owner: code })),
  ),
})

const Pack = Type.Object({
  groups: Type.Array(Type.Object({ code, name: text })),
  items: Type.Array(
    Type.Object({
      code,
      group: code,
      name: text,
      description: text,
      keywords: Type.Array(Type.String()),
      owner: Owner,
      clocks: Type.Object({ respond: clock, repair: clock }),
      duplicate: Type.Object({
        radiusMetres: Type.Number({ exclusiveMinimum: 0 }),
        days: Type.Number({ exclusiveMinimum: 0 }),
      }),
      attributes: Type.Array(attribute),
      priority: Type.Optional(PriorityRule),
    }),
  ),
})

/** The groups and items of the pack as written: words, questions, owners and sample times. */
export type DispatchPack = Static<typeof Pack>

/** What can be reported for repair. Throws when `dispatch.json` is not of the shape. */
export const dispatchPack = (city: City): DispatchPack => city.read('dispatch.json', Pack)

const known = new WeakMap<City, readonly CaseItem[]>()

/** The items as the cases kernel wants them, each with its clocks and its agency by district. */
export function dispatchItems(city: City): readonly CaseItem[] {
  const before = known.get(city)
  if (before) return before
  const { groups, items } = dispatchPack(city)
  const groupNames = new Map(groups.map((group) => [group.code, group.name]))
  const offices = officesOf(city)
  const made = items.map((item): CaseItem => {
    const group = groupNames.get(item.group)
    if (!group) throw new Error(`dispatch.json: ${item.code} is in no known group (${item.group})`)
    const { respond, repair } = item.clocks
    return {
      code: item.code,
      name: item.name,
      group,
      clocks: [
        { kind: 'respond', unit: respond.unit, budget: respond.budget },
        { kind: 'repair', unit: repair.unit, budget: repair.budget },
      ],
      agency: (where) => ownerIn(item.owner, offices, where),
      duplicate: item.duplicate,
      questions: item.attributes,
      ...(item.priority && { priority: item.priority }),
    }
  })
  known.set(city, made)
  return made
}

function ownerIn(
  owner: Static<typeof Owner>,
  offices: ReadonlyMap<string, string>,
  { district, answers }: Where,
): string {
  const rule = owner.rules?.find(({ question, answer }) => answers[question] === answer)
  if (rule) return rule.owner
  if (district === null) return owner.default
  const office = owner.district ? offices.get(district) : undefined
  return owner.byDistrict?.[district] ?? office ?? owner.default
}

/** District offices by the code of their district. */
const officesOf = (city: City): ReadonlyMap<string, string> =>
  new Map(cityAgencies(city).flatMap(({ id, district }) => (district ? [[district, id]] : [])))
