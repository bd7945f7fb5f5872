import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, systemActor } from '../../core/context.ts'
import { insertRows, row, rows } from '../../core/db.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { notify } from '../messages/messages.ts'
import { linkId, linkToken } from './link-token.ts'
import { cityPlaces } from './pack.ts'

const scopeTo = (ctx: Ctx, id: string) =>
  sql`select set_config('takao.watch', ${id}, true)`.execute(ctx.db)

const districtName = (ctx: Ctx, code: string) =>
  cityPlaces(ctx.city).districts.find((district) => district.code === code)?.name

/**
 * Asks to hear of new public cases in a district. The address gets one letter with a link; nothing
 * more is sent until the link was opened and the wish confirmed.
 */
export const watchArea = operation({
  name: 'cases.watch-area',
  title: { zh: '訂閱行政區通報', en: 'Follow a district' },
  permission: 'public',
  input: Type.Object({
    kind: Type.String({ minLength: 1, maxLength: 40 }),
    district: Type.String({ maxLength: 12 }),
    email: Type.String({ format: 'email', maxLength: 200 }),
  }),
  run: async (ctx, { kind, district, email }) => {
    const name = districtName(ctx, district)
    if (!name) throw invalid({ district: { zh: '請選一個行政區。', en: 'Choose a district.' } })
    const id = randomUUID()
    await scopeTo(ctx, id)
    const watch = { id, kind, district, email, locale: ctx.locale, asked_at: ctx.now }
    await insertRows(
      ctx.db,
      'cases.area_watch',
      [...watchColumns, 'sent_until'],
      [{ ...watch, sent_until: ctx.now }],
    )
    await record(ctx, { record: id, type: 'cases.watch-asked', data: { kind, district } })
    const link = `/watch/${linkToken(ctx.config.secret, 'watch', id)}`
    const letter = {
      subject: { zh: `請確認訂閱${name.zh}`, en: `Confirm: news of ${name.en}` },
      body: {
        zh: `有人用這個信箱訂閱${name.zh}的新通報。是您的話，請打開連結確認；不是的話不用理會。`,
        en: `Someone asked for news of ${name.en} at this address. Open the link to confirm.`,
      },
    }
    const to = { channel: 'email', address: email, locale: ctx.locale } as const
    await notify(ctx, to, letter, { record: id, link })
  },
})

const watchColumns = ['id', 'kind', 'district', 'email', 'locale', 'asked_at'] as const

/** Confirms or ends a subscription by the link that only its address got. */
export const settleWatch = operation({
  name: 'cases.settle-watch',
  title: { zh: '確認或停止訂閱', en: 'Confirm or stop' },
  permission: 'public',
  input: Type.Object({
    token: Type.String({ maxLength: 100 }),
    wish: Type.Union([Type.Literal('confirm'), Type.Literal('stop')]),
  }),
  run: async (ctx, { token, wish }) => {
    const id = linkId(ctx.config.secret, 'watch', token)
    await scopeTo(ctx, id)
    const column = sql.raw(wish === 'confirm' ? 'confirmed_at' : 'stopped_at')
    const settled = await row(
      ctx.db,
      sql`update cases.area_watch set ${column} = coalesce(${column}, ${ctx.now})
        where id = ${id} returning id`,
    )
    if (!settled) throw notFound({ zh: '這筆訂閱', en: 'this subscription' })
    await record(ctx, { record: id, type: `cases.watch-${wish}` })
  },
})

type Watch = {
  id: string
  kind: string
  district: string
  email: string
  locale: 'zh' | 'en'
  sent_until: Date
}

/** One day's new cases of a district to one address; nothing where nothing is new. */
const sendDigest = operation({
  name: 'cases.send-digest',
  title: { zh: '寄出行政區通報', en: 'Send the news of a district' },
  permission: 'cases.send-digest',
  input: Type.Object({ id: Type.String() }),
  run: async (ctx, { id }) => {
    const watch = await row(
      ctx.db,
      sql<Watch>`select * from cases.area_watch where id = ${id} and stopped_at is null for update`,
    )
    ctx.recorded.count++ // a day without news leaves no event
    if (!watch) return
    const fresh = await rows(
      ctx.db,
      sql<{ no: string }>`select no from cases.public_case
        where kind = ${watch.kind} and district = ${watch.district} and state <> 'annulled'
          and received_at >= ${watch.sent_until} and received_at < ${ctx.now}
        order by received_at limit 100`,
    )
    await sql`update cases.area_watch set sent_until = ${ctx.now} where id = ${id}`.execute(ctx.db)
    if (fresh.length === 0) return
    const name = districtName(ctx, watch.district) ?? { zh: watch.district, en: watch.district }
    const list = fresh.map(({ no }) => `${ctx.config.origin}/reported/${no}`).join('\n')
    const stop = `${ctx.config.origin}/watch/${linkToken(ctx.config.secret, 'watch', id)}`
    const letter = {
      subject: {
        zh: `${name.zh}有 ${fresh.length} 件新通報`,
        en: `${fresh.length} new in ${name.en}`,
      },
      body: { zh: `${list}\n\n停止訂閱：${stop}`, en: `${list}\n\nStop: ${stop}` },
    }
    const to = { channel: 'email', address: watch.email, locale: watch.locale } as const
    await notify(ctx, to, letter, { record: id, link: `/dispatch?district=${watch.district}` })
  },
})

const postman = systemActor('postman')

/** Every morning: what is new in each district, to who asked for it. */
export const digestJob: Job = {
  queue: 'cases.digest',
  cron: '0 7 * * *',
  run: async (platform) => {
    const all = await read(platform, postman, 'cases.send-digest', (ctx) =>
      rows(
        ctx.db,
        sql<{ id: string }>`select id from cases.area_watch
          where confirmed_at is not null and stopped_at is null`,
      ),
    )
    for (const { id } of all) await perform(platform, sendDigest, postman, { id })
  },
}
