import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../test/city.ts'
import { publicActor } from '../core/context.ts'
import { one } from '../core/db.ts'
import { halfYear } from '../core/format.ts'
import { perform, read } from '../core/operation.ts'
import { valueQuery } from '../kernel/figures/figure.ts'
import { chatbotFigures } from '../systems/chatbot/figures.ts'
import { listChats } from '../systems/chatbot/serve.ts'
import { loadAsked, loadTalks, openChatbot } from './chats.ts'

const platform = await testCity()

test('the demo has six topics, the questions that were asked for, and one who waits', async () => {
  const { from, to } = halfYear('109H2')
  await openChatbot(platform, { now: new Date(+from - 86_400_000) })
  let done = 0
  await loadAsked(platform, 116, { add: (n) => (done += n) })
  assert.equal(done, 116)
  const window = { from, to, asOf: new Date('2021-01-10T00:00:00+08:00') }
  const value = (id: string) =>
    read(platform, publicActor, 'public', async ({ db }) => {
      const figure = chatbotFigures.find((one) => one.id === id)!
      const at = figure.window === 'end' ? { ...window, from: to } : window
      return (await one(db, sql<{ value: unknown }>`${valueQuery(figure, at)}`)).value
    })
  assert.equal(await value('F078'), 6)
  assert.equal(await value('F079'), 116)
  await loadTalks(platform)
  const chats = await perform(platform, listChats, staffOf(platform, 'operator-1'), {})
  assert.deepEqual(
    chats.map(({ state }) => state),
    ['waiting', 'taken'],
  )
})
