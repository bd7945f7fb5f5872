import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { insertRows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { forgetDirectory } from './directory.ts'
import { cityAgencies, cityStaff } from './pack.ts'
import { hashPassword } from './password.ts'

/** The password of every demo account; such accounts exist in the demo only. */
export const demoPassword = 'takao-demo-109'

/** A stable pseudonym for a seeded name, so that a second start finds the same rows. UUID v8. */
export function seedId(name: string): string {
  const hex = createHash('sha256').update(`takao:${name}`).digest('hex')
  const part = (from: number, to: number) => hex.slice(from, to)
  return `${part(0, 8)}-${part(8, 12)}-8${part(13, 16)}-a${part(17, 20)}-${part(20, 32)}`
}

/** Brings the city's agencies into the database, new and renamed ones alike. Safe to repeat. */
export const seedAgencies = operation({
  name: 'identity.seed-agencies',
  title: { zh: '載入機關', en: 'Load the agencies' },
  permission: 'identity.administer',
  input: Type.Object({}),
  run: async (ctx) => {
    const agencies = cityAgencies(ctx.city).map((a) => ({
      id: a.id,
      name_zh: a.name.zh,
      name_en: a.name.en,
      parent: a.parent ?? null,
      kind: a.kind,
      external: a.external ?? false,
    }))
    await insertRows(
      ctx.db,
      'identity.agency',
      ['id', 'name_zh', 'name_en', 'parent', 'kind', 'external'],
      agencies,
      `on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,
        parent = excluded.parent, kind = excluded.kind, external = excluded.external`,
    )
    forgetDirectory(ctx)
    await record(ctx, { record: seedId('agencies'), type: 'identity.agencies-loaded' })
  },
})

/**
 * Makes the pack's demo staff; skipped where one exists. Their password is public, and lasts.
 */
export const seedStaff = operation({
  name: 'identity.seed-staff',
  title: { zh: '建立展示帳號', en: 'Make the demo accounts' },
  permission: 'identity.administer',
  input: Type.Object({}),
  run: async (ctx: Ctx) => {
    const data = JSON.stringify({ hash: await hashPassword(demoPassword), lasting: true })
    for (const person of cityStaff(ctx.city)) {
      const id = seedId(`staff:${person.id}`)
      await sql`insert into identity.account (id, kind, login, name, email, created_at)
        values (${id}, 'staff', ${person.id}, ${person.name}, ${person.email}, ${ctx.now})
        on conflict do nothing`.execute(ctx.db)
      await sql`insert into identity.staff (id, login, name, email, agency)
        values (${id}, ${person.id}, ${person.name}, ${person.email}, ${person.agency})
        on conflict do nothing`.execute(ctx.db)
      await sql`insert into identity.credential (id, account, method, data, created_at)
        values (${seedId(`password:${person.id}`)}, ${id}, 'password',
          ${data}::jsonb, ${ctx.now}) on conflict do nothing`.execute(ctx.db)
      await sql`insert into identity.role_grant (staff, role, agency)
        values (${id}, ${person.role}, ${person.agency}) on conflict do nothing`.execute(ctx.db)
    }
    await record(ctx, { record: seedId('staff'), type: 'identity.staff-seeded' })
  },
})
