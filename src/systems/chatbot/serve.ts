import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import {
  addTurns,
  type Conversation,
  lockedConversation,
  newsOf,
  openConversations,
  shareWithCase,
  turnsOf,
} from './store.ts'

const conversation = Type.String({ minLength: 36, maxLength: 36 })

/** Conversations that wait for a person or are with one, who waits longest first. */
export const listChats = operation({
  name: 'chatbot.chats',
  title: { zh: '等候真人的對話', en: 'Conversations for a person' },
  permission: 'chatbot.serve',
  reads: true,
  input: Type.Object({}),
  run: (ctx) => openConversations(ctx),
})

/** One conversation with its turns, for the operator. */
export const openChat = operation({
  name: 'chatbot.chat',
  title: { zh: '查看一則對話', en: 'Read a conversation' },
  permission: 'chatbot.serve',
  reads: true,
  input: Type.Object({ conversation }),
  run: async (ctx, { conversation }) => {
    const talk = await row(
      ctx.db,
      sql<Pick<Conversation, 'id' | 'state' | 'operator' | 'channel' | 'via'>>`
        select id, state, operator, channel, via from chatbot.conversation
        where id::text = ${conversation}`,
    )
    if (!talk) throw noChat()
    return { talk, turns: await turnsOf(ctx, conversation) }
  },
})

/** Takes a waiting conversation. Refuses 409 where a colleague was faster. */
export const takeChat = operation({
  name: 'chatbot.take',
  title: { zh: '接手對話', en: 'Take a conversation' },
  permission: 'chatbot.serve',
  input: Type.Object({ conversation }),
  run: async (ctx, { conversation }) => {
    const talk = await lockedConversation(ctx, conversation)
    if (!talk) throw noChat()
    if (talk.state !== 'waiting')
      throw new Refused('chatbot.taken', 409, {
        zh: '這則對話已經有人接手，或對方不再等候。',
        en: 'A colleague has this conversation, or they no longer wait.',
      })
    await sql`update chatbot.conversation
      set state = 'taken', operator = ${ctx.actor.id}, waiting_since = null
      where id = ${conversation}`.execute(ctx.db)
    // The operator may open a case from it, so it has to be there to be joined.
    await shareWithCase(ctx, talk)
    await tell(ctx, talk, 'chatbot.taken')
  },
})

/** Answers as a person, in a conversation that one has taken. */
export const replyInChat = operation({
  name: 'chatbot.reply',
  title: { zh: '回覆對話', en: 'Answer in a conversation' },
  permission: 'chatbot.serve',
  input: Type.Object({ conversation, text: Type.String({ minLength: 1, maxLength: 2000 }) }),
  run: async (ctx, { conversation, text }) => {
    const talk = await ownChat(ctx, conversation)
    await addTurns(ctx, talk.id, [{ who: 'operator', text, shown: {} }])
    await shareWithCase(ctx, talk)
    await tell(ctx, talk, 'chatbot.replied', text)
  },
})

/** Ends a conversation that one has taken; the next word of the citizen begins a new one. */
export const closeChat = operation({
  name: 'chatbot.close',
  title: { zh: '結束對話', en: 'End a conversation' },
  permission: 'chatbot.serve',
  input: Type.Object({ conversation }),
  run: async (ctx, { conversation }) => {
    const talk = await ownChat(ctx, conversation)
    await sql`update chatbot.conversation set state = 'closed' where id = ${conversation}`.execute(
      ctx.db,
    )
    await tell(ctx, talk, 'chatbot.closed')
  },
})

async function ownChat(ctx: Ctx, id: string): Promise<Conversation> {
  const talk = await lockedConversation(ctx, id)
  if (talk?.state !== 'taken' || talk.operator !== ctx.actor.id) throw noChat()
  return talk
}

const noChat = () => notFound({ zh: '這則對話', en: 'this conversation' })

async function tell(ctx: Ctx, talk: Conversation, type: string, text?: string): Promise<void> {
  await record(ctx, { record: talk.id, type, ...(text && { personal: text }) })
  await announce(ctx, newsOf(talk.secret))
  await announce(ctx, 'chats')
}
