import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import { insertRows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { taipei } from '../../core/format.ts'
import { operation } from '../../core/operation.ts'
import { check } from '../../core/schema.ts'
import { seedId } from '../../kernel/identity/seed.ts'
import { metadataOf } from './metadata.ts'
import { proposalInput } from './operations.ts'
import type { RelyingSystem } from './registry.ts'

const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

const Pack = Type.Object({
  methods: Type.Array(
    Type.Object({ code: Type.String(), enabledFrom: day, registers: Type.Boolean() }),
  ),
  // The rest of a system is what an agency would propose; it is checked as such.
  systems: Type.Array(
    Type.Object({
      id: Type.String(),
      audience: Type.String(),
      rating: Type.String(),
      liveFrom: day,
    }),
  ),
})

/** The ways to sign in with their first days, and the demo's relying systems. */
export const signInPack = (city: City) => city.read('sign-in.json', Pack)

/** Brings the pack's ways to sign in into the register, with the day each was offered first. */
export const seedMethods = operation({
  name: 'single-sign-on.seed-methods',
  title: { zh: '載入驗證模組', en: 'Load the ways to sign in' },
  permission: 'single-sign-on.approve',
  input: Type.Object({}),
  run: async (ctx) => {
    const methods = signInPack(ctx.city).methods.map(({ code, enabledFrom, registers }) => ({
      code,
      enabled_from: taipei(enabledFrom),
      registers,
    }))
    await insertRows(
      ctx.db,
      'single_sign_on.method',
      ['code', 'enabled_from', 'registers'],
      methods,
      'on conflict (code) do nothing',
    )
    await record(ctx, { record: seedId('sign-in methods'), type: 'single-sign-on.methods-loaded' })
  },
})

/** Loads the demo's relying systems as they went live; those that exist stay as they are. */
export const seedSystems = operation({
  name: 'single-sign-on.seed-systems',
  title: { zh: '載入展示介接系統', en: 'Load the demo’s relying systems' },
  permission: 'single-sign-on.approve',
  input: Type.Object({}),
  run: async (ctx) => {
    for (const declared of signInPack(ctx.city).systems) {
      const one = check(proposalInput, declared)
      const live = taipei(declared.liveFrom)
      const given = { ...one, authMethod: one.authMethod as 'none' }
      const metadata = metadataOf(one.rating as RelyingSystem['rating'], given, false)
      const id = seedId(`system:${one.id}`)
      await sql`insert into single_sign_on.system (id, record, agency, name_zh, name_en,
          purpose_zh, purpose_en, audience, rating, state, level, identity_level, metadata,
          proposed_by, proposed_at, approved_by, live_from, recorded_at)
        values (${one.id}, ${id}, ${one.agency}, ${one.nameZh}, ${one.nameEn}, ${one.purposeZh},
          ${one.purposeEn}, ${one.audience}, ${one.rating}, 'live', ${one.level},
          ${one.identityLevel}, ${JSON.stringify(metadata)}::jsonb, 'system:seed', ${live},
          'system:seed', ${live}, ${live}) on conflict do nothing`.execute(ctx.db)
    }
    await record(ctx, { record: seedId('systems'), type: 'single-sign-on.systems-loaded' })
  },
})
