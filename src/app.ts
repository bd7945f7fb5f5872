import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from './core/config.ts'
import { type Actor, type Platform, publicActor } from './core/context.ts'
import { answerErrors, type Http, localeOf, openHttp } from './core/http.ts'
import { pick } from './core/i18n.ts'
import { type Live, mountLive } from './core/live.ts'
import { may } from './core/operation.ts'
import { mountOperations, mountService } from './core/routes.ts'
import { heldBookings } from './kernel/bookings/held.ts'
import { calendarPages } from './kernel/calendar/pages.tsx'
import { followSecrets } from './kernel/cases/follow.ts'
import { cityProfile } from './kernel/cases/pack.ts'
import { citizenPages } from './kernel/cases/pages/citizen.tsx'
import { caseDesk, deskMenu } from './kernel/cases/pages/desk.tsx'
import { mailPages } from './kernel/cases/pages/mail.tsx'
import { outsidePages } from './kernel/cases/pages/outside.tsx'
import { reportedPages } from './kernel/cases/pages/reported.tsx'
import { directory } from './kernel/identity/directory.ts'
import { sessionToken } from './kernel/identity/session-cookie.ts'
import { actorOfToken, touchSession } from './kernel/identity/sessions.ts'
import { knowledgePermissions } from './kernel/knowledge/operations.ts'
import { knowledgeMenu, knowledgePages } from './kernel/knowledge/pages/routes.tsx'
import { mayListen, topicsOf } from './live-topics.ts'
import { operations } from './platform.ts'
import { mountFeeds } from './protocols/feeds.ts'
import { mountOidc, type Oidc } from './protocols/oidc/pages/oidc.ts'
import { mountOpen311 } from './protocols/open311/routes.ts'
import { mountScim } from './protocols/scim/routes.ts'
import { mayHear } from './systems/chatbot/cookie.ts'
import { systems } from './systems.ts'
import { type Assets, buildAssets } from './web/assets.ts'
import { errorPage } from './web/error-page.tsx'
import { mountPages, type Page, readFlash } from './web/pages.ts'
import { mountAssets } from './web/serve-assets.ts'
import { renderPage } from './web/shell.tsx'
import { sitePages } from './web/site.tsx'
import { makeView, type View } from './web/view.ts'

export type App = {
  readonly http: FastifyInstance
  /** Every page that the city hall serves. */
  readonly pages: readonly Page[]
  readonly close: () => Promise<void>
}

/**
 * Builds the server over a platform: service routes, API, protocols, pages. Does not listen yet.
 */
export async function openApp(config: Config, platform: Platform, version: string): Promise<App> {
  const http: Http = await openHttp(config, version)
  const { app } = http
  const assets = await buildAssets()
  const viewOf = viewMaker(platform, assets)
  const oidc: Oidc = mountOidc(app, platform, viewOf)
  const actorOf = actorReader(platform, oidc)
  answerErrors(app, async (request, _, refused) => {
    const view = await viewOf(request, await actorOf(request).catch(() => publicActor))
    return renderPage(errorPage(view, refused))
  })
  mountService(app, platform, http.metrics)
  const topics = topicsOf(systems)
  const live: Live = await mountLive(app, platform.database.url, async (request, topic) => {
    if (topic.startsWith('chat:')) return mayHear(request, config, topic)
    return mayListen(topics, await actorOf(request), topic)
  })
  mountAssets(app, assets)
  mountOperations(app, platform, operations, actorOf)
  mountOpen311(app, platform)
  mountScim(app, platform, oidc.provider)
  mountFeeds(
    app,
    platform,
    systems.flatMap((system) => system.cases ?? []),
  )
  for (const system of systems) system.routes?.(app, platform, actorOf)
  const pages = [...pagesOf(app), ...oidc.pages]
  mountPages(app, platform, pages, actorOf, viewOf)
  await app.ready()
  return {
    http: app,
    pages,
    close: async () => {
      await live.close()
      await app.close()
    },
  }
}

/** What may be granted, in words: of every system, and of the desk itself. */
const permissionWords = Object.assign(
  {
    'kpi.read': { zh: '查看統計', en: 'See the figures of cases' },
    'cases.template': { zh: '編寫範本', en: 'Write templates' },
  },
  knowledgePermissions,
  ...systems.map(({ permissions }) => permissions),
)

/** The pages of kernels and systems; `app` describes its API on one of them. */
function pagesOf(app: FastifyInstance): readonly Page[] {
  const types = systems.flatMap((system) => system.cases ?? [])
  const numbered = systems.flatMap((system) => system.numbered ?? [])
  return [
    ...sitePages(app),
    ...citizenPages(types, numbered),
    ...outsidePages(types),
    ...mailPages(types),
    ...reportedPages(types),
    ...calendarPages,
    ...knowledgePages,
    ...caseDesk(types, permissionWords, numbered),
    ...systems.flatMap((system) => system.pages ?? []),
  ]
}

/**
 * Who sends a request: a person by session cookie or access token, else the holder of codes.
 */
function actorReader(platform: Platform, oidc: Oidc) {
  const known = new WeakMap<FastifyRequest, Promise<Actor>>()
  const readActor = async (request: FastifyRequest): Promise<Actor> => {
    const token = sessionToken(request, platform.config)
    const person = token
      ? await actorOfToken(platform, token)
      : await oidc.actorOfBearer(request.headers.authorization)
    if (token && person) await touchSession(platform, token)
    const { secret } = platform.config
    const secrets = [...followSecrets(request, secret), ...heldBookings.secrets(request, secret)]
    if (person) return { ...person, secrets }
    return secrets.length > 0 ? { ...publicActor, kind: 'holder', secrets } : publicActor
  }
  return (request: FastifyRequest): Promise<Actor> => {
    const before = known.get(request)
    if (before) return before
    const reading = readActor(request)
    known.set(request, reading)
    return reading
  }
}

/** What every page needs to know: language, person, menus, and the addresses of its files. */
function viewMaker(platform: Platform, assets: Assets) {
  const profile = cityProfile(platform.city)
  const entries = deskMenu([...knowledgeMenu, ...systems.flatMap((system) => system.menu ?? [])])
  return async (request: FastifyRequest, actor: Actor): Promise<View> => {
    const locale = localeOf(request)
    const flash = readFlash(request)
    const agency =
      actor.kind === 'staff'
        ? (await directory({ db: platform.database.app, city: platform.city })).name(actor.agency)
        : null
    return makeView({
      locale,
      path: request.url,
      person: personOf(actor, agency && pick(agency, locale)),
      cityName: profile.name,
      hotline: profile.hotline,
      ...(flash && { flash }),
      assets: assets.links,
      permissions: new Set(actor.grants.map(({ permission }) => permission)),
      nav: entries.filter((entry) => may(actor, entry.permission)),
    })
  }
}

/** How the masthead names who is signed in. */
const personOf = ({ kind, name }: Actor, agency: string | null) =>
  kind === 'staff' || kind === 'citizen'
    ? { name, agency: agency ?? '', staff: kind === 'staff' }
    : null
