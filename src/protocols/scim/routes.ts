import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, Ctx, Platform } from '../../core/context.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { endAfterLeaving } from '../oidc/leave.ts'
import type { ProviderNow } from '../oidc/mount.ts'
import { providerConfig, resourceTypes, schemas } from './discovery.ts'
import { errorAnswer, scimRefused } from './errors.ts'
import { findPeople, personById } from './find.ts'
import { findGroups, groupById } from './groups.ts'
import { changeUser, createUser, removeUser, type Written } from './operations.ts'
import { listOf, type Query, queryOf } from './query.ts'
import { shown } from './shown.ts'
import { directoryOf, proofAlgorithms, scimResource } from './token.ts'
import { type Person, userOf } from './user.ts'

export const scimPrefix = '/scim/v2'
const mediaType = 'application/scim+json; charset=utf-8'
const largestBody = 128 * 1024

type Handler = (request: FastifyRequest, reply: FastifyReply, actor: Actor) => Promise<unknown>

/**
 * SCIM 2.0 (RFC 7643, RFC 7644) under /scim/v2: a directory of the city keeps the staff, of whom it
 * decides that they are there, never what they may do.
 */
export function mountScim(app: FastifyInstance, platform: Platform, now: ProviderNow): void {
  app.register(
    async (scope) => {
      speakScim(scope)
      const on = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, to: Handler) =>
        scope.route({
          ...{ method, url, bodyLimit: largestBody },
          schema: { hide: true },
          handler: async (request, reply) => {
            const actor = await directoryOf(platform, now, request)
            return reply.type(mediaType).send(await to(request, reply, actor))
          },
        })
      discover(on, scimResource(platform))
      keepUsers(on, platform, now)
      showGroups(on, platform)
      for (const url of ['/Me', '/Bulk', '/.search'])
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)
          on(method, url, async () => {
            throw notDone()
          })
    },
    { prefix: scimPrefix },
  )
}

type On = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, to: Handler) => void

/** Bodies, errors and unknown addresses in the protocol's own format. */
function speakScim(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    ['application/scim+json', 'application/json'],
    { parseAs: 'string' },
    scope.getDefaultJsonParser('error', 'error'),
  )
  scope.setErrorHandler(async (error, request, reply) => {
    const { status, body } = errorAnswer(error)
    if (status === 500) request.log.error({ err: error }, 'a SCIM request failed')
    if (status === 401)
      reply.header('www-authenticate', [
        'Bearer realm="scim"',
        `DPoP realm="scim", algs="${proofAlgorithms.join(' ')}"`,
      ])
    return reply.status(status).type(mediaType).send(body)
  })
  scope.setNotFoundHandler(async () => {
    throw notFound({ zh: '這個資源', en: 'this resource' })
  })
}

function discover(on: On, base: string): void {
  on('GET', '/ServiceProviderConfig', async () => providerConfig(base))
  const listed = (url: string, all: readonly { id: string }[]) => {
    on('GET', url, async () => listOf(all, all.length, 1))
    on('GET', `${url}/:id`, async (request) => {
      const found = all.find(({ id }) => id === parameter(request))
      if (!found) throw notFound({ zh: '這個資源', en: 'this resource' })
      return found
    })
  }
  listed('/ResourceTypes', resourceTypes(base))
  listed('/Schemas', schemas(base))
}

function keepUsers(on: On, platform: Platform, now: ProviderNow): void {
  const base = scimResource(platform)
  const search = async (actor: Actor, query: Query) => {
    const { total, people } = await see(platform, actor, (ctx) => findPeople(ctx, query))
    const users = people.map((one) => shown(userOf(base, one), query.attributes, query.excluded))
    return listOf(users, total, query.startIndex)
  }
  const answer = async (request: FastifyRequest, reply: FastifyReply, written: Written) => {
    if (written.ended) await endAfterLeaving(platform, now, written.person.id)
    return send(base, request, reply, written.person)
  }
  const change =
    (by: 'user' | 'patch') =>
    async (...[request, reply, actor]: Parameters<Handler>) => {
      const input = { id: parameter(request), by, body: bodyOf(request), ...matchOf(request) }
      return answer(request, reply, await perform(platform, changeUser, actor, input))
    }
  on('GET', '/Users', async (request, _, actor) => search(actor, queryOf(parametersOf(request))))
  on('POST', '/Users/.search', async (request, _, actor) => search(actor, queryOf(bodyOf(request))))
  on('GET', '/Users/:id', async (request, reply, actor) => {
    const found = await see(platform, actor, (ctx) => personById(ctx, parameter(request)))
    return send(base, request, reply, found)
  })
  on('POST', '/Users', async (request, reply, actor) => {
    const written = await perform(platform, createUser, actor, { user: bodyOf(request) })
    reply.status(201).header('location', `${base}/Users/${written.person.id}`)
    return answer(request, reply, written)
  })
  on('PUT', '/Users/:id', change('user'))
  on('PATCH', '/Users/:id', change('patch'))
  on('DELETE', '/Users/:id', async (request, reply, actor) => {
    const input = { id: parameter(request), ...matchOf(request) }
    const { person } = await perform(platform, removeUser, actor, input)
    await endAfterLeaving(platform, now, person.id)
    reply.status(204)
  })
}

/** Roles are granted by people who hold them, so that a group is read and never written. */
function showGroups(on: On, platform: Platform): void {
  const base = scimResource(platform)
  on('GET', '/Groups', async (request, _, actor) => {
    const { startIndex, count, filter, attributes, excluded } = queryOf(parametersOf(request))
    const found = await see(platform, actor, (ctx) =>
      findGroups(ctx, base, { filter, startIndex, count }),
    )
    const groups = found.groups.map((one) => shown(one, attributes, excluded))
    return listOf(groups, found.total, startIndex)
  })
  on('GET', '/Groups/:id', async (request, _, actor) => {
    const { attributes, excluded } = queryOf(parametersOf(request))
    const found = await see(platform, actor, (ctx) => groupById(ctx, base, parameter(request)))
    return shown(found, attributes, excluded)
  })
  const refused: Handler = async () => {
    throw scimRefused(
      'mutability',
      '角色由持有它的主管授予，不能從這裡改。',
      'Roles are granted by whoever holds them, not from here.',
    )
  }
  on('POST', '/Groups', refused)
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) on(method, '/Groups/:id', refused)
}

const see = <T>(platform: Platform, actor: Actor, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  read(platform, actor, 'identity.delegate', work)

/** One person with their version; 304 to who holds it already. */
function send(base: string, request: FastifyRequest, reply: FastifyReply, person: Person) {
  const user = userOf(base, person)
  const { attributes, excluded } = queryOf(parametersOf(request))
  reply.header('etag', user.meta.version)
  if (request.method === 'GET' && request.headers['if-none-match'] === user.meta.version) {
    reply.status(304)
    return undefined
  }
  return shown(user, attributes, excluded)
}

const matchOf = (request: FastifyRequest) => {
  const match = request.headers['if-match']
  return match === undefined ? {} : { match }
}

const parameter = (request: FastifyRequest): string =>
  String((request.params as { id?: string }).id ?? '').replaceAll('\u0000', '')

const parametersOf = (request: FastifyRequest) => request.query as Record<string, unknown>

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  const { body } = request
  if (
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    !deeper(body, mostLevels)
  )
    return body as Record<string, unknown>
  throw scimRefused(
    'invalidSyntax',
    '請送出一個 JSON 物件，不要太多層。',
    'Send one JSON object, not too deep.',
  )
}

// A list of changes that holds a whole User has seven.
const mostLevels = 8

/** Whether a value has more levels than `most`: what reads it goes down by recursion. */
function deeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some((part) => deeper(part, most - 1))
}

const notDone = () =>
  new Refused('scim.not-done', 501, {
    zh: '本服務沒有提供這個功能，請看 ServiceProviderConfig。',
    en: 'This server does not do this; see ServiceProviderConfig.',
  })
