import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { digest, record } from '../../core/event.ts'
import { rocDay, taipei } from '../../core/format.ts'
import { pick } from '../../core/i18n.ts'
import { operation } from '../../core/operation.ts'
import { directory } from '../../kernel/identity/directory.ts'
import { seedId } from '../../kernel/identity/seed.ts'
import { doorOf } from '../../kernel/knowledge/doors.ts'
import { giveFeedback } from '../../kernel/knowledge/feedback.ts'
import { type Shown, sentences } from './bot.ts'
import { chatSecret, heldConversation, hold, turnsOf } from './store.ts'
import { callPerson, choose, say } from './talk.ts'

type QuickReply = {
  readonly type: 'action'
  readonly action: {
    readonly type: 'postback'
    readonly label: string
    readonly data: string
    readonly displayText: string
  }
}

/** A message as the Messaging API takes it. */
export type LineMessage = {
  readonly type: 'text'
  readonly text: string
  readonly quickReply?: { readonly items: readonly QuickReply[] }
}

/**
 * One event of a LINE user, by its own id taken once. A user is known by a keyed digest only, so
 * nobody can be written to from here; the answer goes back by the event's reply token.
 */
export const takeLineEvent = operation({
  name: 'chatbot.line',
  title: { zh: '收 LINE 訊息', en: 'Take an event from LINE' },
  permission: 'chatbot.import',
  input: Type.Object({
    id: Type.String(),
    user: Type.String(),
    type: Type.String(),
    text: Type.Optional(Type.String()),
    data: Type.Optional(Type.String()),
  }),
  run: async (ctx, { id, user, type, text, data }): Promise<{ messages: LineMessage[] }> => {
    const taken = await row(
      ctx.db,
      sql<{ id: string }>`insert into chatbot.line_event (id, at) values (${id}, ${ctx.now})
        on conflict do nothing returning id`,
    )
    if (!taken) {
      ctx.recorded.count++ // a delivery that came before changes nothing
      return { messages: [] }
    }
    const key = digest(['line', user], ctx.config.secret)
    await record(ctx, { record: seedId(`line:${id}`), type: 'chatbot.line-event', data: { type } })
    if (type === 'follow' || type === 'unfollow') return follow(ctx, key, type === 'follow')
    try {
      if (type === 'postback' && data) return await press(ctx, key, new URLSearchParams(data))
      if (type !== 'message') return { messages: [] }
      if (!text?.trim()) return words(ctx, onlyText)
      await say.run(ctx, { key, channel: 'line', text: text.trim().slice(0, 500) })
      return { messages: await lastSaid(ctx, key) }
    } catch (error) {
      if (error instanceof Refused) return words(ctx, error.text)
      throw error
    }
  },
})

const onlyText = { zh: '目前只能讀文字，請用文字問。', en: 'Only text can be read; please write.' }

const words = (ctx: Ctx, text: { zh: string; en: string }) => ({
  messages: [{ type: 'text' as const, text: pick(text, ctx.locale) }],
})

async function follow(ctx: Ctx, key: string, following: boolean) {
  await sql`insert into chatbot.line_person values (${key}, ${following}, ${ctx.now})
    on conflict (digest) do update set following = excluded.following, at = excluded.at`.execute(
    ctx.db,
  )
  return following ? words(ctx, sentences.greeting) : { messages: [] }
}

/** A quick reply: one of the candidates, a person, or whether an answer helped. */
async function press(ctx: Ctx, key: string, data: URLSearchParams) {
  const article = data.get('article') ?? ''
  const helped = data.get('helped')
  if (helped) {
    const helpful = helped === 'yes'
    await giveFeedback.run(ctx, { article, helpful, words: '', source: 'line' })
    return words(ctx, { zh: '謝謝您的回饋。', en: 'Thank you for telling us.' })
  }
  if (article) await choose.run(ctx, { key, channel: 'line', article })
  else await callPerson.run(ctx, { key, channel: 'line' })
  return { messages: await lastSaid(ctx, key) }
}

/** What the bot just said, as a message with its quick replies. */
async function lastSaid(ctx: Ctx, key: string): Promise<LineMessage[]> {
  const secret = chatSecret(key)
  await hold(ctx, secret)
  const talk = await heldConversation(ctx, secret)
  const last = talk ? (await turnsOf(ctx, talk.id)).at(-1) : undefined
  if (last?.who !== 'bot') return []
  const items = quickReplies(last.shown)
  const text = await messageText(ctx, last.text, last.shown, talk?.via ?? null)
  return [{ type: 'text', text, ...(items.length > 0 && { quickReply: { items } }) }]
}

async function messageText(ctx: Ctx, text: string, shown: Shown, via: string | null) {
  const door = doorOf(shown, via)
  const lines = [shown.question, text]
  if (shown.agency && shown.reviewed) {
    const agency = pick((await directory(ctx)).name(shown.agency), ctx.locale)
    lines.push(`${agency}，複審日：${rocDay(taipei(shown.reviewed), ctx.locale)}`)
  }
  if (door) lines.push(`${ctx.config.origin}${door}`)
  return lines.filter(Boolean).join('\n\n').slice(0, 5000)
}

function quickReplies({ choices, article }: Shown): QuickReply[] {
  if (choices)
    return [
      ...choices.map(({ id, question }) => button(question, `article=${id}`)),
      button('都不是，找客服人員', 'do=person'),
    ]
  if (!article) return []
  return [
    button('有幫助', `helped=yes&article=${article}`),
    button('沒有幫助', `helped=no&article=${article}`),
  ]
}

/** A label holds twenty characters at most; what is shown as said holds the whole question. */
const button = (title: string, data: string): QuickReply => ({
  type: 'action',
  action: {
    type: 'postback',
    label: [...title].length > 20 ? `${[...title].slice(0, 19).join('')}…` : title,
    data,
    displayText: title,
  },
})
