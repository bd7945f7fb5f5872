import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, row, rows } from '../../core/db.ts'
import { invalid, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { normalNumber } from '../../core/number.ts'
import { type Operation, operation } from '../../core/operation.ts'
import { bigrams } from '../../core/search.ts'
import { contactFields } from './contact.ts'
import { type CaseType, itemOf } from './define.ts'
import { linkId, linkToken } from './link-token.ts'
import { holdRecord } from './store.ts'

/** An open report near a place that may be the same. Distances in metres, `alike` 0 to 1. */
export type Nearby = {
  readonly no: string
  readonly kind: string
  readonly item: string
  readonly state: string
  readonly agency: string
  readonly received_at: Date
  readonly next_due: Date | null
  readonly metres_away: number
  readonly alike: number
  readonly others: number
}

/** Where and what is being reported. */
export type Spotted = {
  readonly item: string
  readonly lat: number
  readonly lon: number
  readonly words?: string
}

/**
 * Open public reports of the same group within the item's distance and days, the likeliest first.
 * Only a suggestion: nothing is merged by it. The same item counts more than one of its group.
 */
export async function nearbyCases(ctx: Ctx, type: CaseType, spot: Spotted): Promise<Nearby[]> {
  const item = itemOf(type, ctx.city, spot.item)
  if (!item?.duplicate) return []
  const { radiusMetres, days } = item.duplicate
  const since = new Date(+ctx.now - days * 86_400_000)
  const group = sameGroup(type, ctx.city, item.group.zh)
  const found = await rows(
    ctx.db,
    sql<Nearby>`select * from cases.nearby(array[${type.kind}]::text[], ${group}::text[],
      ${spot.lon}, ${spot.lat}, ${radiusMetres}, ${since}, ${bigrams(spot.words ?? '')}::text[])`,
  )
  const score = (one: Nearby) =>
    (one.item === spot.item ? 1 : 0) + one.alike + 1 - one.metres_away / radiusMetres
  return found.sort((a, b) => score(b) - score(a))
}

const sameGroup = (type: CaseType, city: City, group: string): string[] =>
  type
    .items(city)
    .filter((item) => item.group.zh === group)
    .map(({ code }) => code)

/**
 * “Me too”: follows an open public case instead of reporting it again, and hears of each step by
 * e-mail where an address is given. The same address counts once.
 */
export const joinOperation = (type: CaseType): Operation =>
  operation({
    name: `${type.kind}.join`,
    title: { zh: `${type.title.zh}：我也遇到`, en: `${type.title.en}: me too` },
    permission: 'public',
    input: Type.Object({
      case: Type.String({ maxLength: 30 }),
      ...contactFields,
    }),
    run: async (ctx, input) => {
      const no = normalNumber(input.case)
      const found = no
        ? await one(ctx.db, sql<{ id: string | null }>`select cases.public_id(${no}) as id`)
        : { id: null }
      if (!no || !found.id) throw notFound({ zh: '這一案', en: 'this case' })
      await holdRecord(ctx, found.id)
      const about = await one(
        ctx.db,
        sql<{ open: boolean }>`select open from cases.case where id = ${found.id}`,
      )
      if (!about.open) throw ended()
      const id = await addFollower(ctx, found.id, input)
      const data = { source: 'me-too' }
      await record(ctx, { record: found.id, type: `${type.kind}.joined`, data })
      return { no, follower: id }
    },
  })

const ended = () =>
  new Refused('case.ended', 409, {
    zh: '這一案已經結束。還有問題的話，請重新通報。',
    en: 'This case has ended. If there is still something wrong, report it anew.',
  })

type Contact = {
  name?: string | undefined
  phone?: string | undefined
  email?: string | undefined
}

async function addFollower(ctx: Ctx, caseId: string, contact: Contact): Promise<string> {
  const email = contact.email?.trim() || null
  const known = await row(
    ctx.db,
    sql`select id from cases.follower where case_id = ${caseId} and left_at is null
      and source = 'me-too' and lower(email) = lower(${email})`,
  )
  if (known)
    throw invalid({
      email: {
        zh: '這個信箱已經在追蹤這一案，之後每一步都會通知。',
        en: 'This address follows the case already and will hear of each step.',
      },
    })
  const follower = {
    id: randomUUID(),
    case_id: caseId,
    source: 'me-too',
    name: contact.name ?? null,
    phone: contact.phone ?? null,
    email,
    locale: ctx.locale,
    joined_at: ctx.now,
  }
  await insertRows(ctx.db, 'cases.follower', Object.keys(follower) as never, [follower])
  return follower.id
}

/** The name under which a follower leaves: nobody else can make it. */
export const leaveToken = (secret: Buffer, id: string): string => linkToken(secret, 'leave', id)

/** Ends the e-mails to one follower. A token that is not ours is refused like a missing one. */
export const leaveCase = operation({
  name: 'cases.leave',
  title: { zh: '停止通知', en: 'Stop the e-mails' },
  permission: 'public',
  input: Type.Object({ token: Type.String({ maxLength: 100 }) }),
  run: async (ctx, { token }) => {
    const id = linkId(ctx.config.secret, 'leave', token)
    await sql`select cases.leave(${id}, ${ctx.now})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'cases.left' })
  },
})
