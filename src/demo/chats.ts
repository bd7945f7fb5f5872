import { type Platform, publicActor, systemActor } from '../core/context.ts'
import { halfYear } from '../core/format.ts'
import { perform } from '../core/operation.ts'
import { seedId } from '../kernel/identity/seed.ts'
import { cityArticles } from '../kernel/knowledge/pack.ts'
import { seedArticles } from '../kernel/knowledge/seed.ts'
import { declareService, importAsked } from '../systems/chatbot/counted.ts'
import { replyInChat, takeChat } from '../systems/chatbot/serve.ts'
import { callPerson, say } from '../systems/chatbot/talk.ts'
import { pickOne, randomStream, timeWithin } from './random.ts'

const player = systemActor('demo')
const { from, to } = halfYear('109H2')

/** The knowledge base and the chatbot's own facts, as of before the half-year. */
export async function openChatbot(platform: Platform, at: { now: Date }): Promise<void> {
  await perform(platform, seedArticles, player, {}, at)
  await perform(platform, declareService, player, { openedOn: '2018-11-06' }, at)
}

/** Brings in `n` questions that the chatbot answered, in batches, each known at the year's end. */
export async function loadAsked(
  platform: Platform,
  n: number,
  bar: { readonly add: (n: number) => void },
): Promise<void> {
  // A stream of its own: the cases stay the same with and without the chatbot.
  const random = randomStream(56)
  const articles = cityArticles(platform.city)
  const all = Array.from({ length: n }, () => {
    const { id, topic } = pickOne(random, articles)
    const channel = random() < 0.6 ? 'web' : 'line'
    return { topic, article: id, channel, at: timeWithin(random, from, to).toISOString() }
  })
  for (let i = 0; i < n; i += batchSize) {
    const asked = all.slice(i, i + batchSize)
    await perform(platform, importAsked, player, { asked }, { now: to })
    bar.add(asked.length)
  }
}

const batchSize = 5000

/** A few conversations of today: one answered, one with an operator, one that waits. */
export async function loadTalks(platform: Platform): Promise<void> {
  const before = (minutes: number) => ({ now: new Date(+platform.now() - minutes * 60_000) })
  const tell = (key: string, text: string, at: { now: Date }) =>
    perform(platform, say, publicActor, { key, text }, at)
  await tell('demo-chat-of-the-morning', '垃圾車幾點會到我家附近？', before(95))
  await tell('demo-chat-of-the-morning', '路燈不亮要找誰修？', before(94))
  const taken = 'demo-chat-with-operator'
  const { conversation } = await tell(taken, '想問夜市攤位抽籤', before(30))
  await perform(platform, callPerson, publicActor, { key: taken }, before(29))
  const operator = { ...player, id: seedId('staff:operator-1') }
  await perform(platform, takeChat, operator, { conversation }, before(26))
  const text = '您好，攤位由市場管理處辦理，這幾天會公告抽籤日期。'
  await perform(platform, replyInChat, operator, { conversation, text }, before(25))
  const waits = 'demo-chat-that-waits-now'
  await tell(waits, '我想問外婆的喪葬補助，但是戶籍不在本市', before(6))
  await perform(platform, callPerson, publicActor, { key: waits }, before(5))
}
