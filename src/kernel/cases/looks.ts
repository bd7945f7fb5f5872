import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { insertRows, row, rows } from '../../core/db.ts'
import { forbidden, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { normalNumber } from '../../core/number.ts'
import { type Operation, operation } from '../../core/operation.ts'
import { holdersOf } from '../identity/holders.ts'
import { notify } from '../messages/messages.ts'
import type { CaseType } from './define.ts'
import type { CaseRow, Party } from './file.ts'
import { holdRecord } from './store.ts'

/**
 * Shows who asked for secrecy, to the officer in charge or who approves, for a reason. Each look is
 * kept, is an event, and is told to those who approve at the agency. Refuses everyone else.
 */
export const lookOperation = (type: CaseType): Operation =>
  operation({
    name: `${type.kind}.look`,
    title: { zh: `${type.title.zh}：查看保密身分`, en: `${type.title.en}: see who it is` },
    permission: `${type.kind}.work`,
    input: Type.Object({
      case: Type.String({ maxLength: 30 }),
      reason: Type.String({ minLength: 4, maxLength: 500 }),
    }),
    run: async (ctx, input): Promise<Party> => {
      const no = normalNumber(input.case) ?? ''
      const found = await row(
        ctx.db,
        sql<CaseRow>`select * from cases.case where no = ${no} and kind = ${type.kind}`,
      )
      if (!found) throw notFound({ zh: `編號 ${no} 的案件`, en: `the case ${no}` })
      if (!found.confidential)
        throw new Refused('case.not-secret', 409, {
          zh: '這一案沒有要求保密。',
          en: 'Nobody asked for secrecy in this case.',
        })
      const approver = ctx.actor.grants.some((one) => one.permission === `${type.kind}.approve`)
      if (found.assignee !== ctx.actor.id && !approver) throw forbidden()
      await holdRecord(ctx, found.id)
      await sql`select set_config('takao.party', ${found.id}, true)`.execute(ctx.db)
      const party = await row(
        ctx.db,
        sql<Party>`select role, name, phone, email, locale from cases.party
          where case_id = ${found.id}`,
      )
      await keepLook(ctx, type, found, input.reason)
      return party ?? { role: 'reporter', name: null, phone: null, email: null, locale: 'zh' }
    },
  })

async function keepLook(ctx: Ctx, type: CaseType, found: CaseRow, reason: string): Promise<void> {
  const look = {
    id: randomUUID(),
    case_id: found.id,
    person: ctx.actor.id,
    agency: ctx.actor.agency,
    reason,
    at: ctx.now,
  }
  await insertRows(ctx.db, 'cases.look', Object.keys(look) as never, [look])
  await record(ctx, {
    record: found.id,
    type: `${type.kind}.looked`,
    agency: found.agency,
    data: { look: look.id },
    personal: [reason],
  })
  const letter = {
    subject: {
      zh: `${found.no} 的保密身分被查看`,
      en: `The secret identity of ${found.no} was looked at`,
    },
    body: { zh: reason, en: reason },
  }
  const watchers = await holdersOf(ctx, `${type.kind}.approve`, found.agency)
  const nearest = watchers.filter(({ steps }) => steps === watchers[0]?.steps)
  for (const { staff } of nearest)
    if (staff !== ctx.actor.id)
      await notify(ctx, { channel: 'inbox', staff }, letter, {
        record: found.id,
        link: '/desk/looks',
      })
}

/** A look at a secret identity, as its supervisor sees it. */
export type Look = {
  readonly id: string
  readonly no: string
  readonly kind: string
  readonly person: string
  readonly name: string | null
  readonly agency: string | null
  readonly reason: string
  readonly at: Date
  readonly judged: 'needed' | 'questioned' | null
}

/** The looks at cases in the actor's reach: those not judged yet first, then the newest. */
export const looksOf = (ctx: Ctx, kinds: readonly string[]): Promise<Look[]> =>
  rows(
    ctx.db,
    sql<Look>`select l.id, c.no, c.kind, l.person, s.name, l.agency, l.reason, l.at, l.judged
      from cases.look l join cases.case c on c.id = l.case_id
      left join identity.staff s on s.id::text = l.person
      where c.kind = any (${kinds}::text[])
      order by l.judged is not null, l.at desc limit 200`,
  )

/** A supervisor says whether a look was needed. Nobody judges their own. */
export const judgeLook = (type: CaseType): Operation =>
  operation({
    name: `${type.kind}.judge-look`,
    title: { zh: `${type.title.zh}：覆核查看`, en: `${type.title.en}: judge a look` },
    permission: `${type.kind}.approve`,
    input: Type.Object({
      look: Type.String({ maxLength: 40 }),
      judged: Type.Union([Type.Literal('needed'), Type.Literal('questioned')]),
    }),
    run: async (ctx, { look, judged }) => {
      const found = await row(
        ctx.db,
        sql<{ case_id: string; person: string }>`select l.case_id, l.person from cases.look l
          join cases.case c on c.id = l.case_id
          where l.id::text = ${look} and c.kind = ${type.kind}`,
      )
      if (!found) throw notFound({ zh: '這筆查看', en: 'this look' })
      if (found.person === ctx.actor.id)
        throw new Refused('case.own-look', 409, {
          zh: '不能覆核自己的查看。',
          en: 'Nobody judges their own look.',
        })
      await sql`update cases.look set judged = ${judged}, judged_by = ${ctx.actor.id},
          judged_at = ${ctx.now} where id::text = ${look}`.execute(ctx.db)
      const data = { look, judged }
      await record(ctx, { record: found.case_id, type: `${type.kind}.look-judged`, data })
    },
  })

/** The operations around secret identities, for kinds of case whose reporters may ask for it. */
export const secrecyOperations = (type: CaseType): Operation[] => [
  lookOperation(type),
  judgeLook(type),
]
