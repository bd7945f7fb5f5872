import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Config } from './config.ts'
import { Refused } from './errors.ts'
import { largestUpload } from './files.ts'
import { type Locale, languageTag, pick } from './i18n.ts'

/** The HTTP server before any route: languages, headers, forms, metrics and errors. */
export type Http = {
  readonly app: FastifyInstance
  readonly metrics: Registry
}

/** How a refused or failed request for a page is answered; API requests get problem+json. */
export type ErrorPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  refused: Refused,
) => Promise<string>

const locales = new WeakMap<IncomingMessage, Locale>()

/** The language of a request: /en/… is English; the API follows Accept-Language. */
export function localeOf(request: FastifyRequest): Locale {
  const byPath = locales.get(request.raw)
  if (byPath === 'en' || !isApi(request)) return byPath ?? 'zh'
  return /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh'
}

/** Whether the request expects data rather than a page; the API's description is a page. */
export const isApi = (request: FastifyRequest): boolean =>
  /^\/(api(?!\/docs\b)|open311|cti)\b/.test(request.url) ||
  request.url.split('?')[0]!.endsWith('.json')

/** Builds the server. `version` stands in the API description. */
export async function openHttp(config: Config, version: string): Promise<Http> {
  const app = Fastify({
    logger: {
      level: config.LOG_LEVEL,
      // Neither query strings nor bodies nor addresses of people: they may say who someone is.
      serializers: {
        req: (req: FastifyRequest) => ({ method: req.method, url: req.url?.split('?')[0] }),
      },
    },
    rewriteUrl: (raw) => {
      const url = raw.url ?? '/'
      const english = /^\/en(?=\/|\?|$)/.test(url)
      locales.set(raw, english ? 'en' : 'zh')
      return english ? url.slice(3).replace(/^(?=\?|$)/, '/') : url
    },
    bodyLimit: 1024 * 1024,
    trustProxy: 'loopback',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  })
  // Operations check their input themselves; a route's schema is there to be read.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  await app.register(cookie)
  await app.register(formbody)
  await app.register(multipart, { limits: { fileSize: largestUpload + 1, files: 5, fields: 200 } })
  await app.register(swagger, openApi(version))
  guard(app, config)
  return { app, metrics: measure(app) }
}

const openApi = (version: string) => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Takao',
      version,
      description: 'Every operation of the city hall. Errors are RFC 9457 problem+json.',
    },
    components: {
      securitySchemes: {
        account: {
          type: 'openIdConnect' as const,
          openIdConnectUrl: '/oidc/.well-known/openid-configuration',
          description: 'resource …/api, scope api; programs use the device or the code flow',
        },
      },
    },
  },
})

/**
 * Our own sheets, and the one style element that Turbo puts into every page, by its hash: a changed
 * Turbo shows at once, as a test counts the policy's complaints in a browser.
 */
export const styleSources = "'self' 'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='"

function guard(app: FastifyInstance, config: Config): void {
  const secure = config.origin.startsWith('https:')
  const tiles = config.MAP_TILES ? ` ${new URL(config.MAP_TILES.replace(/[{}]/g, '')).origin}` : ''
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    `style-src ${styleSources}`,
    `img-src 'self' data: blob:${tiles}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'same-origin')
    reply.header('permissions-policy', 'geolocation=(self), camera=(self), microphone=()')
    reply.header('cross-origin-opener-policy', 'same-origin')
    if (secure) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
    refuseForeignForms(request)
  })
}

/** A form on another site cannot act for a signed-in person: its origin is not ours. */
function refuseForeignForms(request: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const foreign =
    site !== undefined
      ? site !== 'same-origin' && site !== 'none'
      : origin !== undefined && hostOf(origin) !== request.headers.host
  // Without cookies there is nobody to act for: protocols such as Open311 stay open to any client.
  if (foreign && request.headers.cookie !== undefined)
    throw new Refused('foreign-form', 403, {
      zh: '這個表單不是從本站送出的。請回到本站重新填寫。',
      en: 'This form was sent from another site. Fill it in on this site.',
    })
}

/** The host of an origin; `null`, as a sandboxed page sends, has none. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined

function measure(app: FastifyInstance): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'takao_http_request_seconds',
    help: 'Time to answer, by route and status class',
    labelNames: ['route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    seconds.observe({ route, status }, reply.elapsedTime / 1000)
  })
  return registry
}

/**
 * Answers every error: problem+json for data, `page` for people; a bug is logged and says nothing.
 */
export function answerErrors(app: FastifyInstance, page: ErrorPage): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refused = asRefused(error)
    if (refused.status >= 500) request.log.error({ err: error }, 'a request failed')
    reply.status(refused.status)
    if (isApi(request))
      return reply.type('application/problem+json').send(problem(refused, request))
    return reply.type('text/html; charset=utf-8').send(await page(request, reply, refused))
  })
  app.setNotFoundHandler(async () => {
    throw new Refused('not-found', 404, {
      zh: '找不到這個網頁。請檢查網址，或從首頁開始。',
      en: 'There is no such page. Check the address, or start from the first page.',
    })
  })
}

/** RFC 9457. Both languages are given, since a client may show them to anyone. */
export function problem(refused: Refused, request: FastifyRequest) {
  const locale = localeOf(request)
  return {
    type: `/problems/${refused.code}`,
    title: refused.code,
    status: refused.status,
    detail: pick(refused.text, locale),
    text: refused.text,
    ...(Object.keys(refused.fields).length > 0 && {
      errors: Object.entries(refused.fields).map(([field, text]) => ({
        pointer: `#/${field.replaceAll('.', '/')}`,
        detail: pick(text, locale),
        text,
      })),
    }),
  }
}

function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  const known = error as { statusCode?: number; code?: string }
  if (known.code === 'FST_REQ_FILE_TOO_LARGE' || known.statusCode === 413)
    return new Refused('too-large', 413, {
      zh: '送出的內容太大。請縮小檔案。',
      en: 'What you sent is too large. Make the files smaller.',
    })
  if (known.statusCode && known.statusCode >= 400 && known.statusCode < 500)
    return new Refused('bad-request', known.statusCode, {
      zh: '送出的內容無法讀取。請檢查格式。',
      en: 'We cannot read what you sent. Check its form.',
    })
  return new Refused('internal', 500, {
    zh: '系統發生問題，您送出的內容沒有被處理。請稍後再試。',
    en: 'Something failed on our side and nothing was changed. Try again later.',
  })
}

/** The language header and a weak ETag for a page. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, html: string) {
  reply.header('content-language', languageTag(localeOf(request)))
  reply.header('vary', 'cookie')
  const tag = `W/"${createHash('sha1').update(html).digest('base64url')}"`
  if (request.headers['if-none-match'] === tag && reply.statusCode === 200)
    return reply.status(304).send()
  reply.header('etag', tag).header('cache-control', 'private, no-cache')
  return reply.type('text/html; charset=utf-8').send(html)
}
