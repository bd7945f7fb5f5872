import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openTestApp } from '../../../test/browser.ts'
import { staffOf } from '../../../test/city.ts'
import { lineIsFull } from '../../../test/records.ts'
import { systemActor } from '../../core/context.ts'
import { perform } from '../../core/operation.ts'
import { seedArticles } from '../../kernel/knowledge/seed.ts'
import { listChats, replyInChat, takeChat } from './serve.ts'

const { url, platform } = await openTestApp()
const operator = staffOf(platform, 'operator-1')

before(() => perform(platform, seedArticles, systemActor('seed'), {}))

/** A browser without script: it keeps cookies and posts forms. */
function plainBrowser(path = '/chat') {
  let cookie = ''
  const keep = (response: Response) => {
    const [set] = response.headers.getSetCookie().filter((one) => one.startsWith('takao-chat='))
    if (set) cookie = set.split(';')[0] ?? ''
    return response
  }
  const headers = () => (cookie ? { cookie } : {}) as Record<string, string>
  return {
    cookie: () => cookie,
    show: async () => (await fetch(`${url}${path}`, { headers: headers() })).text(),
    post: async (fields: Record<string, string>) =>
      keep(
        await fetch(`${url}${path}`, {
          method: 'POST',
          headers: headers(),
          body: new URLSearchParams(fields),
          redirect: 'manual',
        }),
      ),
  }
}

test('a question and its answer stand on the page without script', async () => {
  const browser = plainBrowser()
  const answer = await browser.post({ do: 'say', text: '垃圾車幾點來' })
  assert.equal(answer.status, 303)
  const page = await browser.show()
  assert.ok(page.includes('垃圾車幾點來') && page.includes('垃圾車幾點會到我家附近？'))
  assert.match(page, /由環境保護局提供，複審日：/)
  assert.ok(!(await plainBrowser().show()).includes('垃圾車幾點來'))
})

test('the cookie is signed: a changed one holds nothing', async () => {
  const browser = plainBrowser()
  await browser.post({ do: 'say', text: '垃圾車幾點來' })
  const spoilt = browser.cookie().replace(/=(.)/, (_, c) => `=${c === 'x' ? 'y' : 'x'}`)
  const page = await fetch(`${url}/chat`, { headers: { cookie: spoilt } })
  assert.ok(!(await page.text()).includes('垃圾車幾點來'))
})

test('an empty question is refused beside the box; a long one is kept as typed', async () => {
  const browser = plainBrowser()
  const empty = await browser.post({ do: 'say', text: ' ' })
  assert.equal(empty.status, 422)
  assert.ok((await empty.text()).includes('請寫下想問的事。'))
  const long = '長'.repeat(501)
  const refused = await browser.post({ do: 'say', text: long })
  assert.equal(refused.status, 422)
  assert.ok((await refused.text()).includes(long))
})

test('a report leads to its form with the item and the conversation', async () => {
  const browser = plainBrowser()
  await browser.post({ do: 'say', text: '路燈壞了' })
  const page = await browser.show()
  assert.match(page, /href="\/report\?item=streetlight-out&amp;via=[0-9a-f-]{36}"/)
})

test('someone who waits sees their place, then the words of the operator', async () => {
  const browser = plainBrowser()
  await browser.post({ do: 'person' })
  assert.ok((await browser.show()).includes('您是下一位。'))
  const [chat] = await perform(platform, listChats, operator, {})
  const conversation = chat!.id
  await perform(platform, takeChat, operator, { conversation })
  await perform(platform, replyInChat, operator, { conversation, text: '我是值機人員阿珠。' })
  const page = await browser.show()
  assert.ok(page.includes('我是值機人員阿珠。') && page.includes('客服人員正在這則對話中。'))
})

test('news of a conversation is for who holds its key', async () => {
  const browser = plainBrowser()
  await browser.post({ do: 'say', text: '你好' })
  const [, live] = /data-chat="([^"]+)"/.exec(await browser.show()) ?? []
  assert.ok(live)
  const listen = async (headers: Record<string, string>) => {
    const stop = new AbortController()
    const response = await fetch(`${url}${live}`, { headers, signal: stop.signal })
    stop.abort()
    return response.status
  }
  assert.equal(await listen({ cookie: browser.cookie() }), 200)
  assert.equal(await listen({}), 403)
  const other = plainBrowser()
  await other.post({ do: 'say', text: '你好' })
  assert.equal(await listen({ cookie: other.cookie() }), 403)
})

test('only the embedded chat may stand in a frame, and only on listed sites', async () => {
  const policy = async (path: string) =>
    (await fetch(`${url}${path}`)).headers.get('content-security-policy') ?? ''
  assert.match(await policy('/chat'), /frame-ancestors 'none'/)
  assert.match(await policy('/report'), /frame-ancestors 'none'/)
  assert.match(await policy('/chat?embed=1'), /frame-ancestors https:\/\/tour\.example(;|$)/)
  const framed = plainBrowser('/chat?embed=1')
  const posted = await framed.post({ do: 'say', text: '你好' })
  assert.match(posted.headers.getSetCookie().join(), /SameSite=None; Partitioned|Partitioned/)
})

test('while the lines are full the page says so, with the time', async () => {
  assert.ok(!(await plainBrowser().show()).includes('專線忙線中'))
  await lineIsFull(platform, 'general', platform.now())
  const page = await plainBrowser().show()
  assert.ok(page.includes('專線忙線中，可先由智能客服回答') && page.includes('忙線情形的時間：'))
})
