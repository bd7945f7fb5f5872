import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { canonical, sha256Hex } from '../../core/canonical.ts'
import { signWithInstallation } from '../../core/checkpoint.ts'
import { insertRows, rows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'

/**
 * Brings in sign-ins that another sign-in service counted before this one took over, without
 * people: system, time, method and level. Each is signed as what it is, an import. Refuses a system
 * that is not in the register. Figure F108.
 */
export const importSignIns = operation({
  name: 'single-sign-on.import',
  title: { zh: '匯入登入紀錄', en: 'Import sign-ins' },
  permission: 'single-sign-on.approve',
  input: Type.Object({
    source: Type.String({ minLength: 2, maxLength: 100 }),
    signIns: Type.Array(
      Type.Object({
        system: Type.String({ maxLength: 60 }),
        at: Type.String({ format: 'date-time' }),
        method: Type.String({ maxLength: 20 }),
        level: Type.Integer({ minimum: 1, maximum: 4 }),
      }),
      { maxItems: 10_000 },
    ),
  }),
  run: async (ctx, { source, signIns }) => {
    const known = await rows(
      ctx.db,
      sql<{ id: string; agency: string }>`select id, agency from single_sign_on.system`,
    )
    const agencies = new Map(known.map(({ id, agency }) => [id, agency]))
    const lines = signIns.map((one) => {
      const agency = agencies.get(one.system)
      if (agency === undefined)
        throw invalid({
          signIns: {
            zh: `沒有登記「${one.system}」這個系統。`,
            en: `There is no system “${one.system}”.`,
          },
        })
      const why = { ...one, imported: source }
      const signed = signWithInstallation(ctx.config.TAKAO_DATA, canonical(why))
      const { system, at, level } = one
      return { ...{ id: randomUUID(), system, agency, at, level, why, signed }, ...fixed(ctx.now) }
    })
    await insertRows(ctx.db, 'identity.sign_in', columns, lines)
    const data = { source, signIns: signIns.length, digest: sha256Hex(canonical(signIns)) }
    await record(ctx, { record: randomUUID(), type: 'single-sign-on.imported', data })
    return { saved: lines.length }
  },
})

const fixed = (now: Date) => ({ outcome: 'granted', recorded_at: now })

const columns = [
  ...(['id', 'system', 'agency', 'at', 'level', 'why', 'signed'] as const),
  ...(['outcome', 'recorded_at'] as const),
]
