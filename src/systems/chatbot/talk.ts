import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { knowledgeBase } from '../../kernel/knowledge/base.ts'
import { noteUnanswered } from '../../kernel/knowledge/gaps.ts'
import { answerTurn, type BotTurn, handOver, plainTurn, respond, sentences } from './bot.ts'
import { countAsked } from './counted.ts'
import {
  addTurns,
  aheadOf,
  type Channel,
  type Conversation,
  channelInput,
  chatSecret,
  heldConversation,
  hold,
  lockedConversation,
  newsOf,
  shareWithCase,
  turnsOf,
} from './store.ts'

const key = Type.String({
  minLength: 20,
  maxLength: 100,
  description: 'what its holder made up: it opens the conversation, and nobody else knows it',
})

/** Says something: the bot answers, or the operator who has the conversation reads it. */
export const say = operation({
  name: 'chatbot.say',
  title: { zh: '問智能客服', en: 'Ask the chatbot' },
  permission: 'public',
  input: Type.Object({
    key,
    channel: channelInput,
    text: Type.String({ minLength: 1, maxLength: 500 }),
  }),
  run: async (ctx, { key, channel, text }) => {
    const talk = await conversationOf(ctx, key, channel)
    await refuseTooFast(ctx, talk)
    if (talk.state === 'bot')
      return saveTurns(ctx, talk, text, await respond(ctx, text, talk.channel))
    return saveTurns(ctx, talk, text, null)
  },
})

/** Picks one of the articles that were offered. */
export const choose = operation({
  name: 'chatbot.choose',
  title: { zh: '選一個問題', en: 'Choose a question' },
  permission: 'public',
  input: Type.Object({ key, channel: channelInput, article: Type.String({ maxLength: 60 }) }),
  run: async (ctx, { key, channel, article }) => {
    const chosen = (await knowledgeBase(ctx)).articles.get(article)
    if (!chosen) throw notFound({ zh: '這則問答', en: 'this article' })
    const talk = await conversationOf(ctx, key, channel)
    await refuseTooFast(ctx, talk)
    const turn = answerTurn(ctx, chosen)
    return saveTurns(ctx, talk, turn.shown.question ?? '', talk.state === 'bot' ? turn : null)
  },
})

/** Asks for a person. What was asked last and found no answer goes on the editors' list. */
export const callPerson = operation({
  name: 'chatbot.call-person',
  title: { zh: '找真人客服', en: 'Ask for a person' },
  permission: 'public',
  input: Type.Object({ key, channel: channelInput }),
  run: async (ctx, { key, channel }) => {
    const talk = await conversationOf(ctx, key, channel)
    await refuseTooFast(ctx, talk)
    const text = ctx.locale === 'zh' ? '我想找客服人員。' : 'I would like to talk to a person.'
    const unanswered = await lastUnanswered(ctx, talk)
    if (unanswered) await noteUnanswered(ctx, { question: unanswered, source: sourceOf(talk) })
    return saveTurns(ctx, talk, text, talk.state === 'bot' ? handOver(ctx, talk.channel) : null)
  },
})

/** Waits no longer and goes on with the bot. */
export const backToBot = operation({
  name: 'chatbot.back',
  title: { zh: '不等了，繼續問智能客服', en: 'Go on with the chatbot' },
  permission: 'public',
  input: Type.Object({ key }),
  run: async (ctx, { key }) => {
    const talk = await conversationOf(ctx, key, 'web')
    if (talk.state !== 'waiting') throw notFound({ zh: '等候中的對話', en: 'a waiting chat' })
    await sql`update chatbot.conversation set state = 'bot', waiting_since = null
      where id = ${talk.id}`.execute(ctx.db)
    const { text, shown } = plainTurn(ctx, sentences.back)
    await addTurns(ctx, talk.id, [{ who: 'bot', text, shown }])
    await record(ctx, { record: talk.id, type: 'chatbot.waits-no-longer' })
    await announce(ctx, 'chats')
  },
})

/** The conversation of a key, its turns, and how many wait before it; null when none is open. */
export const readChat = operation({
  name: 'chatbot.read',
  title: { zh: '查看對話', en: 'Read the conversation' },
  permission: 'public',
  reads: true,
  input: Type.Object({ key }),
  run: async (ctx, { key }) => {
    const secret = chatSecret(key)
    await hold(ctx, secret)
    const talk = await heldConversation(ctx, secret)
    if (!talk) return null
    const ahead = talk.waitingSince ? await aheadOf(ctx, talk.waitingSince) : 0
    return { talk, ahead, turns: await turnsOf(ctx, talk.id) }
  },
})

/** The open conversation of a key, locked, or a new one where there is none. */
async function conversationOf(ctx: Ctx, key: string, channel: Channel): Promise<Conversation> {
  const secret = chatSecret(key)
  await hold(ctx, secret)
  const held = await heldConversation(ctx, secret)
  const locked = held && (await lockedConversation(ctx, held.id))
  if (locked && locked.state !== 'closed') return locked
  const id = randomUUID()
  await sql`insert into chatbot.conversation (id, secret, channel, state, opened_at, last_at)
    values (${id}, ${secret}, ${channel}, 'bot', ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, { record: id, type: 'chatbot.opened', data: { channel } })
  const opened = await lockedConversation(ctx, id)
  return opened!
}

const most = { turns: 20, minutes: 5 }

async function refuseTooFast(ctx: Ctx, { id }: Conversation): Promise<void> {
  const since = new Date(+ctx.now - most.minutes * 60_000)
  const { n } = await one(
    ctx.db,
    sql<{ n: number }>`select count(*) as n from chatbot.turn
      where conversation = ${id} and who = 'citizen' and at > ${since}`,
  )
  if (n >= most.turns)
    throw new Refused('chatbot.too-fast', 429, {
      zh: '訊息太多，請等幾分鐘再繼續。您打的字還在。',
      en: 'Too many messages. Go on in a few minutes; what you typed is still there.',
    })
}

/** Saves what a citizen said and what the bot says to it; counts it, hands it over, tells of it. */
async function saveTurns(
  ctx: Ctx,
  talk: Conversation,
  text: string,
  bot: BotTurn | null,
): Promise<{ conversation: string; outcome: BotTurn['outcome'] }> {
  const answer = bot ? [{ who: 'bot' as const, text: bot.text, shown: bot.shown }] : []
  await addTurns(ctx, talk.id, [{ who: 'citizen', text, shown: {} }, ...answer])
  const outcome = bot?.outcome ?? 'none'
  if (bot) await settle(ctx, talk, text, bot)
  await record(ctx, {
    record: talk.id,
    type: 'chatbot.said',
    data: { outcome, ...(bot?.shown.article && { article: bot.shown.article }) },
    personal: text,
  })
  if (talk.via || bot?.shown.intent) await shareWithCase(ctx, talk)
  await announce(ctx, newsOf(talk.secret))
  if (talk.state !== 'bot' || outcome === 'handed-over') await announce(ctx, 'chats')
  return { conversation: talk.id, outcome }
}

async function settle(ctx: Ctx, talk: Conversation, text: string, bot: BotTurn): Promise<void> {
  const { outcome, topic, shown } = bot
  if (outcome !== 'none')
    await countAsked(ctx, { outcome, topic, article: shown.article ?? null, channel: talk.channel })
  if (outcome !== 'handed-over') return
  if (bot.unsure) await noteUnanswered(ctx, { question: text, source: sourceOf(talk) })
  if (talk.channel === 'line') return
  await sql`update chatbot.conversation set state = 'waiting', waiting_since = ${ctx.now}
    where id = ${talk.id}`.execute(ctx.db)
}

/** The question that the bot answered with three others, when it was the last one. */
async function lastUnanswered(ctx: Ctx, { id }: Conversation): Promise<string | undefined> {
  const turns = await turnsOf(ctx, id)
  if (!turns.at(-1)?.shown.choices) return undefined
  return turns.findLast(({ who }) => who === 'citizen')?.text
}

const sourceOf = ({ channel }: Conversation) => (channel === 'line' ? 'line' : 'chat')
