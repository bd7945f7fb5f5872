import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { unseal } from '../../core/seal.ts'
import { callCentrePack } from './pack.ts'

export type CallBack = {
  readonly id: string
  readonly name: string
  /** Null once it is over: the number is kept no longer than it is needed. */
  readonly number: string | null
  readonly due: Date
  readonly reason: string
  readonly state: 'open' | 'done' | 'failed'
  readonly note: string
  readonly tries: number
  readonly lastTry: Date | null
  readonly ended: Date | null
}

/** Promised call-backs: the open ones first by when they are due, then the last that are over. */
export const listCallBacks = operation({
  name: 'call-centre.call-backs',
  title: { zh: '約定回電', en: 'Call-backs' },
  permission: 'call-centre.record',
  reads: true,
  input: Type.Object({}),
  run: async (ctx) => {
    const found = await rows(
      ctx.db,
      sql<CallBack>`select b.id, b.name, b.number, b.due_at as due, b.reason, b.state, b.note,
          b.ended_at as ended, count(t.id) as tries, max(t.at) as "lastTry"
        from call_centre.call_back b
        left join call_centre.call_back_try t on t.call_back = b.id
        where b.state = 'open' or b.ended_at >= ${ctx.now}::timestamptz - interval '7 days'
        group by b.id
        order by b.state = 'open' desc, case when b.state = 'open' then b.due_at end,
          b.ended_at desc
        limit 200`,
    )
    return found.map((one) => ({
      ...one,
      number: one.number === null ? null : unseal(ctx.config.secret, one.number),
    }))
  },
})

/**
 * Notes an attempt at a call-back. Reached: it is done. Not reached for the last of the pack's
 * tries: it ends, and a note must say what follows from that.
 */
export const tryCallBack = operation({
  name: 'call-centre.try-call-back',
  title: { zh: '登錄回電', en: 'Note a call-back' },
  permission: 'call-centre.record',
  input: Type.Object({
    id: Type.String({ maxLength: 40 }),
    reached: Type.Boolean(),
    note: Type.String({ maxLength: 500, default: '' }),
  }),
  run: async (ctx, { id, reached, note }) => {
    const tries = await triesOf(ctx, id)
    const last = !reached && tries + 1 >= callCentrePack(ctx.city).callBackTries
    if (last && note.trim() === '')
      throw invalid({
        note: {
          zh: '這是最後一次。請寫下後續怎麼處理，例如改寄信。',
          en: 'This was the last try. Write what follows, such as a letter.',
        },
      })
    await sql`insert into call_centre.call_back_try (id, call_back, operator, at, reached, note)
      values (${randomUUID()}, ${id}, ${ctx.actor.id}, ${ctx.now}, ${reached}, ${note})`.execute(
      ctx.db,
    )
    if (reached || last)
      await sql`update call_centre.call_back set state = ${reached ? 'done' : 'failed'},
          note = ${note}, number = null, ended_at = ${ctx.now}
        where id = ${id}`.execute(ctx.db)
    await record(ctx, {
      record: id,
      type: 'call-centre.called-back',
      data: { reached, attempt: tries + 1, over: reached || last },
      personal: note,
    })
  },
})

/** How often an open call-back was tried; two who try at once are counted one after the other. */
async function triesOf(ctx: Ctx, id: string): Promise<number> {
  const open = await row(
    ctx.db,
    sql`select id from call_centre.call_back where id::text = ${id} and state = 'open' for update`,
  )
  if (!open) throw notFound({ zh: '這個待回電', en: 'this call-back' })
  const tried = await rows(
    ctx.db,
    sql`select id from call_centre.call_back_try where call_back = ${id}`,
  )
  return tried.length
}
