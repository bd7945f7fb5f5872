import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'

const text = Type.Object({ zh: Type.String(), en: Type.String() })

const Agencies = Type.Array(
  Type.Object({
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    name: text,
    parent: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    kind: Type.String(),
    district: Type.Optional(Type.String()),
    external: Type.Optional(Type.Boolean()),
    // Where a body outside the city takes what is forwarded to it.
    email: Type.Optional(Type.String()),
  }),
)

const scope = Type.Union([
  Type.Literal('own'),
  Type.Literal('agency'),
  Type.Literal('subtree'),
  Type.Literal('city'),
])

const Roles = Type.Record(
  Type.String(),
  Type.Object({
    title: text,
    permissions: Type.Array(Type.Object({ permission: Type.String(), scope })),
  }),
)

const Staff = Type.Array(
  Type.Object({
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    name: Type.String(),
    email: Type.String(),
    agency: Type.String(),
    role: Type.String(),
  }),
)

/** The agencies of the pack: a tree by `parent`, parents before their children. */
export const cityAgencies = (city: City): Static<typeof Agencies> =>
  city.read('agencies.json', Agencies)

/** What each role may do and how far. */
export const cityRoles = (city: City): Static<typeof Roles> => city.read('roles.json', Roles)

/** The invented people of the demo. */
export const cityStaff = (city: City): Static<typeof Staff> => city.read('staff.json', Staff)
