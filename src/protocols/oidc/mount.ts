import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Provider } from 'oidc-provider'
import type { Platform } from '../../core/context.ts'
import { signingKeys } from './keys.ts'
import { queueLogouts } from './logout.ts'
import { openProvider } from './provider.ts'
import { recordSignIns } from './record.ts'
import type { Screens } from './screens.ts'

export const prefix = '/oidc'

/** How long a node may go on with keys that another has just rotated, milliseconds. */
const keysFor = 60_000

/** Gives the provider of this moment: it is made anew when the keys have changed. */
export type ProviderNow = () => Promise<Provider>

/** A provider that is made on its first use and follows the rotation of the keys. */
export function providerFor(platform: Platform, screens: Screens): ProviderNow {
  let held: { provider: Provider; revision: string; until: number } | undefined
  let making: Promise<Provider> | undefined
  const make = async (): Promise<Provider> => {
    if (held) {
      const { revision } = await signingKeys(platform)
      if (revision === held.revision) {
        held = { ...held, until: Date.now() + keysFor }
        return held.provider
      }
    }
    const opened = await openProvider(platform, screens)
    recordSignIns(platform, opened.provider)
    queueLogouts(platform, opened.provider)
    held = { ...opened, until: Date.now() + keysFor }
    return opened.provider
  }
  return () => {
    if (held && held.until > Date.now()) return Promise.resolve(held.provider)
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }
}

const requests = new WeakMap<IncomingMessage, FastifyRequest>()

/** The request as the rest of the server knows it, for pages that the provider asks for. */
export const requestOf = (raw: IncomingMessage): FastifyRequest => requests.get(raw)!

/**
 * Hangs the provider under its prefix. It reads bodies itself, so the plugin's scope has no
 * parsers; headers that hooks set are carried over. RFC 8414 puts the metadata of an issuer with a
 * path at the root, as OpenID4VCI does, OpenID Connect beneath the path: both answer.
 */
export function mountProvider(app: FastifyInstance, now: ProviderNow): void {
  app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _body, done) => done(null))
      scope.all('/*', { schema: { hide: true } }, async (request, reply) =>
        hand(await now(), request, reply, request.url.slice(prefix.length)),
      )
    },
    { prefix },
  )
  for (const name of ['oauth-authorization-server', 'openid-credential-issuer'])
    app.get(`/.well-known/${name}${prefix}`, { schema: { hide: true } }, async (request, reply) =>
      hand(await now(), request, reply, `/.well-known/${name}`),
    )
}

type Raw = IncomingMessage & { originalUrl?: string }

function hand(provider: Provider, request: FastifyRequest, reply: FastifyReply, path: string) {
  const raw: Raw = request.raw
  const answer: ServerResponse = reply.raw
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) answer.setHeader(name, value)
  requests.set(raw, request)
  raw.originalUrl = `${prefix}${path}`
  raw.url = path
  return provider.callback()(raw, answer)
}
