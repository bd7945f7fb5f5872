import type { MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { TSchema } from 'typebox'
import type { Actor, Ctx, Platform } from '../core/context.ts'
import { transact } from '../core/db.ts'
import { Refused } from '../core/errors.ts'
import { localeOf, sendPage } from '../core/http.ts'
import { pick, type Text } from '../core/i18n.ts'
import { type Manner, may, type Operation, perform, read } from '../core/operation.ts'
import { renderPage } from './shell.tsx'
import type { Flash, View } from './view.ts'

/** What a form sent: every name with its values, uploads already kept and named by tokens. */
export type Form = {
  readonly get: (name: string) => string
  readonly all: (name: string) => readonly string[]
  /** Tokens of the files of a field: those kept before and those just uploaded. */
  readonly files: (name: string) => readonly string[]
  readonly values: Readonly<Record<string, string | readonly string[]>>
}

/** A visit to a page: who, what was asked, and the two ways to the records. */
export type Visit = {
  readonly view: View
  readonly actor: Actor
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly form: Form
  readonly platform: Platform
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly perform: <I extends TSchema, O>(
    op: Operation<I, O>,
    input: unknown,
    manner?: Manner,
  ) => Promise<O>
  readonly read: <T>(permission: string, work: (ctx: Ctx) => Promise<T>) => Promise<T>
}

/** What a page answers: a page, another address, or a file. */
export type Answer =
  | { readonly page: VNode; readonly status?: number }
  | { readonly to: string; readonly flash?: Text; readonly problem?: Text }
  /** An address outside our pages, as it stands. */
  | { readonly away: string }
  | {
      readonly body: string | Buffer | NodeJS.ReadableStream
      readonly type: string
      readonly name?: string
    }

/** A page of a system. Staff pages name the permission that opens them. */
export type Page = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly permission: string
  /** Uploads are lists to be read as UTF-8: they become values of the form and are not kept. */
  readonly readsFiles?: true
  readonly run: (visit: Visit) => Promise<Answer>
}

export type ViewOf = (request: FastifyRequest, actor: Actor) => Promise<View>

/** Gives each page its route. Someone who is not signed in is sent to the sign-in page and back. */
export function mountPages(
  app: FastifyInstance,
  platform: Platform,
  pages: readonly Page[],
  actorOf: (request: FastifyRequest) => Promise<Actor>,
  viewOf: ViewOf,
): void {
  for (const page of pages) {
    app.route({
      method: page.method,
      url: page.path,
      schema: { hide: true },
      handler: async (request, reply) => {
        const actor = await actorOf(request)
        if (!may(actor, page.permission) && !isSignedIn(actor))
          return reply.redirect(signInPath(request), 303)
        const visit = await visitOf(platform, request, reply, actor, viewOf, page.readsFiles)
        if (!may(actor, page.permission)) throw noPermission()
        return answer(visit, await page.run(visit))
      },
    })
  }
}

const isSignedIn = ({ kind }: Actor) => kind === 'staff' || kind === 'citizen'

const noPermission = () =>
  new Refused('forbidden', 403, {
    zh: '您的帳號沒有權限看這一頁。請洽貴機關的管理者。',
    en: 'Your account may not see this page. Ask the administrator of your agency.',
  })

const signInPath = (request: FastifyRequest): string => {
  const prefix = localeOf(request) === 'en' ? '/en' : ''
  const back = request.method === 'GET' ? `?back=${encodeURIComponent(request.url)}` : ''
  return `${prefix}/sign-in${back}`
}

async function visitOf(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  viewOf: ViewOf,
  readsFiles = false,
): Promise<Visit> {
  const locale = localeOf(request)
  return {
    view: await viewOf(request, actor),
    actor,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    form: await formOf(platform, request, readsFiles),
    platform,
    request,
    reply,
    perform: (op, input, manner) => perform(platform, op, actor, input, { locale, ...manner }),
    read: (permission, work) => read(platform, actor, permission, work, { locale }),
  }
}

async function answer(visit: Visit, given: Answer) {
  const { reply, request } = visit
  if ('to' in given) {
    if (given.flash) flash(visit, 'done', given.flash)
    if (given.problem) flash(visit, 'problem', given.problem)
    return reply.redirect(visit.view.href(given.to), 303)
  }
  if ('away' in given) return reply.redirect(given.away, 303)
  if ('body' in given) {
    if (given.name)
      reply.header(
        'content-disposition',
        `attachment; filename="${encodeURIComponent(given.name)}"`,
      )
    return reply.type(given.type).send(given.body)
  }
  reply.status(given.status ?? 200)
  if (visit.view.flash) reply.clearCookie(flashCookie, { path: '/' })
  return sendPage(request, reply, renderPage(given.page))
}

/** A sentence shown once on the next page. It says what was done, never about whom. */
function flash(visit: Visit, kind: Flash['kind'], sentence: Text): void {
  const text = `${kind}:${pick(sentence, visit.view.locale)}`
  visit.reply.setCookie(flashCookie, encodeURIComponent(text), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    maxAge: 30,
  })
}

const flashCookie = 'takao-flash'

/** The sentence that the page before left for this one; it is shown once. */
export function readFlash(request: FastifyRequest): Flash | undefined {
  const kept = decodeURIComponent(request.cookies[flashCookie] ?? '')
  const [, kind, text] = /^(done|problem):(.+)$/s.exec(kept) ?? []
  return kind && text ? { kind: kind as Flash['kind'], text } : undefined
}

/** Reads a form of any encoding. Uploads are kept at once, so that a refusal does not lose them. */
async function formOf(
  platform: Platform,
  request: FastifyRequest,
  readsFiles: boolean,
): Promise<Form> {
  const values: Record<string, string[]> = {}
  const uploads: Record<string, string[]> = {}
  const add = (name: string, value: string) => {
    values[name] = [...(values[name] ?? []), value]
  }
  if (request.isMultipart()) {
    for await (const part of request.parts()) {
      if (part.type === 'file' && readsFiles) {
        add(part.fieldname, (await part.toBuffer()).toString('utf8'))
      } else if (part.type === 'file') {
        const token = await keep(platform, part)
        if (token) uploads[part.fieldname] = [...(uploads[part.fieldname] ?? []), token]
      } else add(part.fieldname, String(part.value))
    }
  } else {
    for (const [name, value] of Object.entries((request.body ?? {}) as object)) {
      for (const one of Array.isArray(value) ? value : [value]) add(name, String(one))
    }
  }
  return {
    get: (name) => (values[name]?.[0] ?? '').trim(),
    all: (name) => (values[name] ?? []).filter((value) => value !== ''),
    files: (name) => [...(values[`${name}.kept`] ?? []), ...(uploads[name] ?? [])],
    values: Object.fromEntries(
      Object.entries(values).map(([name, all]) => [name, all.length === 1 ? all[0]! : all]),
    ),
  }
}

async function keep(platform: Platform, part: MultipartFile): Promise<string | undefined> {
  const content = await part.toBuffer()
  if (content.length === 0) return undefined
  const scope = { scope: 'none', person: '', agencies: [], secrets: [] } as const
  const file = await transact(platform.database.app, scope, (db) =>
    platform.files.keep(db, content),
  )
  return platform.files.token(file.sha256)
}
