import type { Ctx } from '../../core/context.ts'
import { pick, type Text } from '../../core/i18n.ts'
import { cityProfile } from '../../kernel/cases/pack.ts'
import type { Article } from '../../kernel/knowledge/articles.ts'
import { ask } from '../../kernel/knowledge/base.ts'
import type { Intent } from '../../kernel/knowledge/pack.ts'
import type { Channel } from './store.ts'
import { isGreeting, lawyerWish, wantsPerson } from './wishes.ts'

/** What stands beside the words of a turn, so that it reads the same after an article changed. */
export type Shown = {
  readonly article?: string
  readonly question?: string
  readonly agency?: string
  /** The civil day on which an officer last stood for the answer. */
  readonly reviewed?: string
  readonly intent?: Intent
  readonly item?: string
  /** The day wished for, `YYYY-MM-DD`. */
  readonly date?: string
  readonly choices?: readonly { readonly id: string; readonly question: string }[]
}

/** What the bot says, what that counts as, and whether a person takes over. */
export type BotTurn = {
  readonly text: string
  readonly shown: Shown
  readonly outcome: 'answered' | 'asked-back' | 'handed-over' | 'none'
  readonly topic: string | null
  /** Handed over because nothing was found, not because a person was asked for. */
  readonly unsure?: true
}

/**
 * What the bot says to a question. It never composes an answer: an article is shown as its agency
 * wrote it, three are offered, or a person is asked to come.
 */
export async function respond(ctx: Ctx, question: string, channel: Channel): Promise<BotTurn> {
  if (wantsPerson(question)) return handOver(ctx, channel)
  if (isGreeting(question)) return plainTurn(ctx, sentences.greeting)
  const wish = lawyerWish(question, ctx.now)
  if (wish && wish !== 'any')
    return plainTurn(ctx, sentences.lawyer, { intent: 'legal-aid', date: wish })
  const reply = await ask(ctx, question)
  if (reply.kind === 'answer') return answerTurn(ctx, reply.article)
  if (reply.kind === 'none') return unsure(ctx, channel)
  const choices = reply.articles.map((article) => ({
    id: article.id,
    question: pick(article.question, ctx.locale),
  }))
  return {
    text: pick(sentences.suggest, ctx.locale),
    shown: { choices },
    outcome: 'asked-back',
    topic: reply.articles[0]?.topic ?? null,
  }
}

/** An article as the bot shows it. */
export const answerTurn = (ctx: Ctx, article: Article): BotTurn => ({
  text: pick(article.answer, ctx.locale),
  shown: {
    article: article.id,
    question: pick(article.question, ctx.locale),
    agency: article.agency,
    reviewed: article.reviewed,
    ...(article.intent && { intent: article.intent }),
    ...(article.item && { item: article.item }),
  },
  outcome: 'answered',
  topic: article.topic,
})

/**
 * The turn with which a person is asked to take over. On LINE nobody can: its users are not kept,
 * so no operator could write to them; they are shown the telephone and the page.
 */
export const handOver = (ctx: Ctx, channel: Channel, words: Text = sentences.person): BotTurn => ({
  text: pick(channel === 'line' ? elsewhere(ctx) : words, ctx.locale),
  shown: {},
  outcome: 'handed-over',
  topic: null,
})

const unsure = (ctx: Ctx, channel: Channel): BotTurn => ({
  ...handOver(ctx, channel, sentences.unsure),
  unsure: true,
})

function elsewhere({ city, config }: Ctx): Text {
  const { hotline } = cityProfile(city)
  const page = `${config.origin}/chat`
  return {
    zh: `這件事請找客服人員：打 ${hotline}${page && `，或到 ${page} 用文字客服`}。`,
    en: `Please ask a person: call ${hotline}${page && ` or write at ${page}`}.`,
  }
}

/** Words of the platform itself, such as a greeting: no answer, and not counted. */
export const plainTurn = (ctx: Ctx, words: Text, shown: Shown = {}): BotTurn => ({
  text: pick(words, ctx.locale),
  shown,
  outcome: 'none',
  topic: null,
})

/** What the bot says of itself. */
export const sentences = {
  greeting: {
    zh: '您好，請直接寫下想問的事，例如「垃圾車幾點來」。',
    en: 'Hello. Write what you would like to know, such as “when does the refuse truck come”.',
  },
  person: {
    zh: '好的，幫您轉給客服人員。請留在這一頁，有人接手時就會回覆。',
    en: 'Very well: this goes to a person. Stay on this page; they will answer here.',
  },
  unsure: {
    zh: '這個問題沒有把握答對，幫您轉給客服人員。請留在這一頁，有人接手時就會回覆。',
    en: 'I am not sure of the answer, so this goes to a person. They will answer on this page.',
  },
  lawyer: {
    zh: '法律諮詢要預約。下面的連結會打開您說的那一天。',
    en: 'Legal advice is by appointment. The link opens the day you named.',
  },
  suggest: { zh: '您想問的是哪一個？', en: 'Which of these do you mean?' },
  back: {
    zh: '好的，不再等候客服人員。請繼續問。',
    en: 'You no longer wait for a person. Ask on.',
  },
} satisfies Record<string, Text>
