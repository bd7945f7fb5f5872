import { XMLBuilder } from 'fast-xml-parser'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { type Platform, publicActor } from '../core/context.ts'
import { rows } from '../core/db.ts'
import { notFound } from '../core/errors.ts'
import { pick } from '../core/i18n.ts'
import { read } from '../core/operation.ts'
import { type CaseType, itemOf } from '../kernel/cases/define.ts'
import { cityPlaces, cityProfile } from '../kernel/cases/pack.ts'

type Entry = {
  readonly no: string
  readonly title: string
  readonly summary: string
  readonly url: string
  readonly received: Date
  readonly updated: Date
}

type Feed = {
  readonly id: string
  readonly title: string
  readonly home: string
  readonly self: string
  readonly author: string
  readonly updated: Date
  readonly entries: readonly Entry[]
}

/**
 * News of public cases as Atom (RFC 4287) and RSS 2.0, for the whole city or a district or an item:
 * `/feeds/dispatch.atom?district=64000080`. Kinds and approximate places only.
 */
export function mountFeeds(
  app: FastifyInstance,
  platform: Platform,
  types: readonly CaseType[],
): void {
  for (const [format, type, write] of [
    ['atom', 'application/atom+xml', atom],
    ['rss', 'application/rss+xml', rss],
  ] as const)
    app.get<{ Params: { kind: string }; Querystring: { district?: string; item?: string } }>(
      `/feeds/:kind.${format}`,
      { schema: { hide: true } },
      async (request, reply) => {
        const about = types.find(({ kind, public: open }) => open && kind === request.params.kind)
        if (!about) throw notFound({ zh: '這個訂閱來源', en: 'this feed' })
        const feed = await newest(platform, about, request.query, request.url)
        reply.type(`${type}; charset=utf-8`).header('cache-control', 'public, max-age=300')
        return write(feed)
      },
    )
}

async function newest(
  platform: Platform,
  about: CaseType,
  { district, item }: { district?: string; item?: string },
  url: string,
): Promise<Feed> {
  const { city, config } = platform
  const found = await read(platform, publicActor, 'public', (ctx) =>
    rows(
      ctx.db,
      sql<{ no: string; item: string; state: string; district: string | null } & Times>`
        select no, item, state, district, received_at, updated_at from cases.public_case
        where kind = ${about.kind} and state <> 'annulled'
          and (${district ?? null}::text is null or district = ${district ?? null})
          and (${item ?? null}::text is null or item = ${item ?? null})
        order by received_at desc limit 50`,
    ),
  )
  const places = cityPlaces(city).districts
  const entries = found.map((one): Entry => {
    const where = places.find(({ code }) => code === one.district)?.name.zh ?? ''
    const what = itemOf(about, city, one.item)?.name.zh ?? one.item
    return {
      no: one.no,
      title: [what, where].filter(Boolean).join(' · '),
      summary: about.states[one.state]?.title.zh ?? one.state,
      url: `${config.origin}/reported/${one.no}`,
      received: one.received_at,
      updated: one.updated_at,
    }
  })
  const newestAt = Math.max(0, ...entries.map(({ updated }) => +updated))
  const { name } = cityProfile(city)
  return {
    id: `${config.origin}${url}`,
    title: `${pick(name, 'zh')} ${about.title.zh}`,
    home: `${config.origin}/${about.kind === 'dispatch' ? 'dispatch' : ''}`,
    self: `${config.origin}${url}`,
    author: pick(name, 'zh'),
    updated: newestAt > 0 ? new Date(newestAt) : platform.now(),
    entries,
  }
}

type Times = { received_at: Date; updated_at: Date }

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  suppressBooleanAttributes: false,
})
const head = '<?xml version="1.0" encoding="utf-8"?>\n'

const atom = (feed: Feed): string =>
  head +
  builder.build({
    feed: {
      '@xmlns': 'http://www.w3.org/2005/Atom',
      '@xml:lang': 'zh-Hant-TW',
      id: feed.id,
      title: feed.title,
      updated: feed.updated.toISOString(),
      author: { name: feed.author },
      link: [
        { '@rel': 'self', '@type': 'application/atom+xml', '@href': feed.self },
        { '@rel': 'alternate', '@type': 'text/html', '@href': feed.home },
      ],
      entry: feed.entries.map((one) => ({
        id: one.url,
        title: one.title,
        published: one.received.toISOString(),
        updated: one.updated.toISOString(),
        link: { '@rel': 'alternate', '@type': 'text/html', '@href': one.url },
        summary: `${one.no} ${one.summary}`,
      })),
    },
  })

const rss = (feed: Feed): string =>
  head +
  builder.build({
    rss: {
      '@version': '2.0',
      '@xmlns:atom': 'http://www.w3.org/2005/Atom',
      channel: {
        title: feed.title,
        link: feed.home,
        description: feed.title,
        language: 'zh-tw',
        lastBuildDate: feed.updated.toUTCString(),
        'atom:link': { '@rel': 'self', '@type': 'application/rss+xml', '@href': feed.self },
        item: feed.entries.map((one) => ({
          title: one.title,
          link: one.url,
          guid: { '@isPermaLink': 'true', '#text': one.url },
          pubDate: one.received.toUTCString(),
          description: `${one.no} ${one.summary}`,
        })),
      },
    },
  })
