import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { XMLValidator } from 'fast-xml-parser'
import { testCity } from '../../test/city.ts'
import { fillCity, secretWords } from '../../test/records.ts'
import { serve } from '../../test/serve.ts'
import { systems } from '../systems.ts'
import { mountFeeds } from './feeds.ts'

const platform = await testCity()
const records = await fillCity(platform)
const types = systems.flatMap((system) => system.cases ?? [])
const { origin } = await serve(platform, (app) => mountFeeds(app, platform, types))

const get = async (path: string) => {
  const answer = await fetch(`${origin}${path}`)
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    text: await answer.text(),
  }
}

/** What a foreign reader makes of a feed: Mark Pilgrim's, with which most readers agree. */
const script = `
import feedparser, json, sys
feed = feedparser.parse(sys.stdin.buffer.read())
print(json.dumps({"fault": str(feed.get("bozo_exception", "")), "version": feed.version,
  "title": feed.feed.title, "links": [e.link for e in feed.entries],
  "dated": all("updated_parsed" in e or "published_parsed" in e for e in feed.entries)}))`

const foreign = spawnSync('/usr/bin/python3', ['-c', 'import feedparser']).status === 0

for (const [format, version] of [
  ['atom', 'atom10'],
  ['rss', 'rss20'],
] as const) {
  test(`${format}: lists public cases without words or people`, async () => {
    const { status, type, text } = await get(`/feeds/dispatch.${format}`)
    assert.deepEqual([status, type], [200, `application/${format}+xml; charset=utf-8`])
    assert.equal(XMLValidator.validate(text), true)
    assert.ok(text.includes(records.dispatch.no))
    for (const word of secretWords) assert.ok(!text.includes(word), word)
    const none = await get(`/feeds/dispatch.${format}?district=00000000`)
    assert.ok(!none.text.includes(records.dispatch.no))
  })

  test(`${format}: a foreign reader finds no fault in it`, {
    skip: foreign ? false : 'python3-feedparser is not installed; CI installs it',
  }, async () => {
    const { text } = await get(`/feeds/dispatch.${format}`)
    const said = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script], { input: text, encoding: 'utf8' }),
    )
    assert.equal(said.fault, '')
    assert.deepEqual([said.version, said.dated], [version, true])
    assert.ok(said.links.some((link: string) => link.endsWith(`/reported/${records.dispatch.no}`)))
  })
}

test('petitions have no feed', async () => {
  assert.equal((await get('/feeds/petitions.atom')).status, 404)
})
