import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Platform, publicActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { cityProfile } from '../../kernel/cases/pack.ts'
import { discovery } from './discovery.ts'
import { keepUploads, readForm } from './form.ts'
import {
  type Answer,
  checkFormat,
  checkJurisdiction,
  errorAnswer,
  type Given,
  langOf,
  parameters,
  send,
} from './format.ts'
import { type Client, clientOf, keyHash } from './keys.ts'
import { keepPace } from './pace.ts'
import { inTheirWords, postRequest, reportOf } from './posting.ts'
import { listRequests, readRequest, type ServiceRequest } from './requests.ts'
import { describe } from './schemas.ts'
import { searchOf } from './search.ts'
import { serviceDefinition, services } from './services.ts'
import { listUpdates, postUpdate, updateKey, updateOf, updatesOf } from './updates.ts'

type Handler = (request: FastifyRequest, given: Given) => Promise<Answer> | Answer

/**
 * Open311 GeoReport v2 under /open311/v2: any client for the standard can list what may be
 * reported, report it, and follow it. Answers are XML or JSON by the ending of the address.
 */
export function mountOpen311(app: FastifyInstance, platform: Platform): void {
  app.register(
    async (scope) => {
      answerInItsFormat(scope)
      const get = (path: string, name: Parameters<typeof describe>[0], handler: Handler) =>
        scope.get(path, { schema: describe(name) }, async (request, reply) => {
          const given = admitted(platform, request)
          return send(request, reply, await handler(request, given))
        })
      get('/discovery.:format', 'discovery', () => discovery(platform))
      get('/services.:format', 'services', (request) => services(platform.city, langOf(request)))
      get('/services/:code.:format', 'service', (request) =>
        serviceDefinition(platform.city, parameter(request, 'code'), langOf(request)),
      )
      get('/requests.:format', 'requests', (request, given) => found(platform, request, given))
      get('/requests/:id.:format', 'request', async (request, given) => {
        const id = parameter(request, 'id')
        const locale = langOf(request)
        const one = await perform(platform, readRequest, publicActor, { id }, { locale })
        if (given.get('extensions')?.[0] !== 'true') return listed([one], given)
        return listed(
          [{ ...one, notes: await notesOf(platform, request, one) } as typeof one],
          given,
        )
      })
      get('/tokens/:id.:format', 'token', (request) => token(platform, parameter(request, 'id')))
      get('/servicerequestupdates.:format', 'updates', (request, given) =>
        updates(platform, request, given),
      )
      scope.post(
        '/servicerequestupdates.:format',
        { schema: describe('postUpdate') },
        (request, reply) => addUpdate(platform, request, reply),
      )
      scope.post('/requests.:format', { schema: describe('post') }, (request, reply) =>
        post(platform, request, reply),
      )
    },
    { prefix: '/open311/v2' },
  )
}

/** Errors, too, come in the format asked for; browsers of other sites may read what is public. */
function answerInItsFormat(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (_, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
  scope.setErrorHandler(async (error, request, reply) => {
    const { status, answer } = errorAnswer(asRefused(error))
    if (status === 500) request.log.error({ err: error }, 'an Open311 request failed')
    reply.status(status)
    return send(request, reply, answer)
  })
  scope.setNotFoundHandler(async () => {
    throw new Refused('not-found', 404, {
      zh: '這裡沒有這個資源。請從 discovery.xml 開始。',
      en: 'There is no such resource. Start from discovery.xml.',
    })
  })
}

function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  const status = (error as { statusCode?: number }).statusCode ?? 500
  if (status >= 400 && status < 500)
    return new Refused('bad-request', 400, {
      zh: '送出的內容無法讀取或太大。請檢查格式，每個檔案最多 15 MB。',
      en: 'We cannot read what you sent, or it is too large. A file may have 15 MB.',
    })
  return new Refused('internal', 500, {
    zh: '系統發生問題，您送出的內容沒有被處理。請稍後再試。',
    en: 'Something failed on our side and nothing was changed. Try again later.',
  })
}

function admitted(platform: Platform, request: FastifyRequest): Given {
  checkFormat(request)
  const given = parameters(request.query)
  checkJurisdiction(platform, given)
  return given
}

/** A part of the path, without what no text of the database can hold. */
const parameter = (request: FastifyRequest, name: string): string =>
  parameters(request.params).get(name)?.[0] ?? ''

async function found(platform: Platform, request: FastifyRequest, given: Given): Promise<Answer> {
  const search = searchOf(given, platform.city, platform.now())
  const locale = langOf(request)
  return listed(await perform(platform, listRequests, publicActor, search, { locale }), given)
}

function listed(requests: readonly ServiceRequest[], given: Given): Answer {
  const extended = given.get('extensions')?.[0] === 'true'
  const json = extended ? requests : requests.map(({ extended_attributes: _, ...rest }) => rest)
  return { json, root: 'service_requests', content: { request: json } }
}

/** What happened to one report, as the notes of the standard's extension. */
async function notesOf(platform: Platform, request: FastifyRequest, one: ServiceRequest) {
  const id = one.service_request_id
  const span = { from: new Date(0).toISOString(), to: platform.now().toISOString(), id }
  const locale = langOf(request)
  const steps = await perform(platform, listUpdates, publicActor, span, { locale })
  return steps.map(({ updated_datetime: datetime, description, status: type }) => ({
    datetime,
    description,
    type,
  }))
}

async function updates(platform: Platform, request: FastifyRequest, given: Given): Promise<Answer> {
  const span = updatesOf(given, platform.now())
  const locale = langOf(request)
  const json = await perform(platform, listUpdates, publicActor, span, { locale })
  return { json, root: 'service_request_updates', content: { request_update: json } }
}

async function addUpdate(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  checkFormat(request)
  const form = await readForm(request)
  const given = parameters(request.query, form.fields)
  checkJurisdiction(platform, given)
  const actor = await admittedClient(platform, given)
  const update = updateOf(given)
  const manner = {
    locale: langOf(request),
    idempotencyKey: updateKey(actor.id, update.update),
  }
  const json = [await perform(platform, postUpdate, actor, update, manner)]
  const content = { request_update: json }
  return send(request, reply, { json, root: 'service_request_updates', content })
}

/** Who posts, by its key, within its pace. */
async function admittedClient(platform: Platform, given: Given) {
  const client = await clientOfKey(platform, given.get('api_key')?.[0])
  keepPace(client, +platform.now())
  return { ...publicActor, id: client.id }
}

/** Our numbers are given at once, so a token is the number itself. Refuses 404 for no number. */
async function token(platform: Platform, id: string): Promise<Answer> {
  const { service_request_id } = await perform(platform, readRequest, publicActor, { id })
  const json = [{ service_request_id, token: service_request_id }]
  return { json, root: 'service_requests', content: { request: json } }
}

async function post(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
  checkFormat(request)
  const form = await readForm(request)
  const given = parameters(request.query, form.fields)
  checkJurisdiction(platform, given)
  const actor = await admittedClient(platform, given)
  const locale = langOf(request)
  const key = request.headers['idempotency-key']
  const manner = { locale, ...(typeof key === 'string' && { idempotencyKey: key }) }
  try {
    const draft = reportOf(given, [], platform.city, locale)
    const report = { ...draft, photos: await keepUploads(platform, form.uploads) }
    const opened = await perform(platform, postRequest, actor, report, manner)
    const notice = noticeOf(platform, opened)
    const json = [{ service_request_id: opened.no, service_notice: notice[locale], account_id: '' }]
    const content = { request: json }
    return send(request, reply, { json, root: 'service_requests', content })
  } catch (error) {
    throw inTheirWords(error, given, platform.city)
  }
}

/** The client of a key. The row of a key is seen only by who gives the key. */
function clientOfKey(platform: Platform, key: string | undefined): Promise<Client> {
  const secrets = key === undefined ? [] : [keyHash(platform.config.secret, key)]
  const holder = { ...publicActor, kind: 'holder' as const, secrets }
  return read(platform, holder, 'public', (ctx) => clientOf(ctx, key))
}

/** What the reporter should keep: the follow-up code is shown this once. */
function noticeOf(platform: Platform, { no, code }: { no: string; code: string }) {
  const { name, hotline } = cityProfile(platform.city)
  return {
    zh: `${name.zh}已收到通報，案號 ${no}，查詢碼 ${code}，請勿公開查詢碼。洽詢請撥 ${hotline}。`,
    en: `${name.en} has your report ${no}. Your private code is ${code}. Call ${hotline} to ask.`,
  }
}
