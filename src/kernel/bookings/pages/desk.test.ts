import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sessionOf, staffOf, testCity } from '../../../../test/city.ts'
import { openApp } from '../../../app.ts'
import { publicActor } from '../../../core/context.ts'
import { perform, read } from '../../../core/operation.ts'
import { legalAidService } from '../../../systems/legal-aid/legal-aid.ts'
import { bookFor, common } from '../../../systems/legal-aid/operations.ts'
import { slotsAhead } from '../slots.ts'

const platform = await testCity()
const app = await openApp(platform.config, platform, '0.0.0')
after(() => app.close())

const get = (url: string, cookie = '') =>
  app.http.inject({ method: 'GET', url, headers: { cookie } })

const free = await read(platform, publicActor, 'public', (ctx) => slotsAhead(ctx, legalAidService))
const desk = staffOf(platform, 'legal-desk-1')

test('a new city has times to book before any job has run', () => {
  assert.ok(free.some((slot) => slot.free > 0))
})

test('the field of the masthead finds a booking by its number, in any letters', async () => {
  const held = await perform(platform, common.hold, publicActor, { slot: free[0]?.id })
  const wide = held.no.replace(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0))
  for (const typed of [held.no, held.no.toLowerCase(), wide]) {
    const answer = await get(`/follow?number=${encodeURIComponent(typed)}`)
    assert.equal(answer.headers.location, `/legal-aid/find?number=${held.no}`)
  }
  const english = await get(`/en/follow?number=${held.no}`)
  assert.equal(english.headers.location, `/en/legal-aid/find?number=${held.no}`)
  assert.match((await get(`/legal-aid/find?number=${held.no}`)).body, new RegExp(held.no))
  assert.equal((await get('/follow?number=D109-000123-4')).statusCode, 200)
})

test('the search of the desk leads to the day of a booking, and marks it', async () => {
  const person = { name: '林先生', phone: '0900-000-009', opponent: '某公司' }
  const ours = free.find((slot) => slot.free > 0 && slot.venue === 'legal-aid.siwei')
  const { no } = await perform(platform, bookFor, desk, { slot: ours?.id, ...person })
  const cookie = await sessionOf(platform, 'legal-desk-1')
  const search = await get(`/desk/search?q=${no}`, cookie)
  assert.equal(search.headers.location, `/desk/legal-aid?no=${no}`)
  const day = await get(`/desk/legal-aid?no=${no}`, cookie)
  assert.match(String(day.headers.location), new RegExp(`date=${ours?.date}&no=${no}$`))
  const page = await get(String(day.headers.location), cookie)
  assert.match(page.body, new RegExp(`<tr[^>]*data-current[^>]*>.*${no}`))
  const none = await get('/desk/legal-aid?no=L115-999999-2', cookie)
  assert.equal(none.headers.location, '/desk/legal-aid')
})

test('who does not serve that desk is not led to it', async () => {
  const cookie = await sessionOf(platform, 'officer-maintenance')
  const answer = await get('/desk/search?q=L115-999999-2', cookie)
  assert.equal(answer.statusCode, 200)
})
