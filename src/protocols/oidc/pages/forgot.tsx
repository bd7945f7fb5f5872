import type { FastifyRequest } from 'fastify'
import type { Config } from '../../../core/config.ts'
import { transact } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { hostCookie, hostCookieOptions } from '../../../core/host-cookie.ts'
import { perform } from '../../../core/operation.ts'
import { seal, unseal } from '../../../core/seal.ts'
import { type Account, credentialsOf } from '../../../kernel/identity/accounts.ts'
import { signInMethods } from '../../../kernel/identity/methods.ts'
import { prepare, prove } from '../../../kernel/identity/prove.ts'
import { isSecond } from '../../../systems/citizen-account/methods/guard.ts'
import { errorsOf } from '../../../systems/citizen-account/methods/pages-confirm.ts'
import {
  askReset,
  needsSecond,
  resetAccount,
  resetAttempt,
  resetPassword,
} from '../../../systems/citizen-account/methods/reset.ts'
import type { Errors } from '../../../web/components/fields.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { deviceOf, holdDevice } from '../device-cookie.ts'
import { endSignIn, sessionsOf } from '../known.ts'
import type { ProviderNow } from '../mount.ts'
import { cityScope } from '../policy.ts'
import { phoneOpen } from './account-approve.tsx'
import { askedPage, askingPage, choosingPage, provingPage } from './forgot-screens.tsx'
import { door } from './sign-in.tsx'

const permission = 'public'

/** The pages for a forgotten password: ask for a link, then choose a new one by it. */
export function forgotPages(now: ProviderNow): readonly Page[] {
  const page = (
    method: 'GET' | 'POST',
    path: string,
    run: (visit: Visit) => Promise<Answer>,
  ): Page => ({ method, path: `/sign-in/${path}`, permission, run })
  return [
    page('GET', 'forgot', async (visit) => ({ page: askingPage(visit.view, '', {}) })),
    page('POST', 'forgot', ask),
    page('GET', 'forgot/sent', async ({ view }) => ({ page: askedPage(view) })),
    page('GET', 'reset', open),
    page('POST', 'reset', (visit) => choose(now, visit)),
    page('GET', 'reset/phone.json', lookAtPhone),
    { ...page('POST', 'reset/:method', proveSecond), readsFiles: true },
  ]
}

async function ask({ view, form, platform, request }: Visit): Promise<Answer> {
  const login = form.get('login')
  if (login === '') return { page: askingPage(view, '', nothingTyped), status: 422 }
  await perform(platform, askReset, door, { login: login.slice(0, 200), address: request.ip })
  return { to: '/sign-in/forgot/sent' }
}

const nothingTyped: Errors = {
  login: { zh: '請輸入帳號或電子郵件。', en: 'Type your name or e-mail address.' },
}

const cookieOf = (config: Config) => hostCookie(config, 'takao-reset')

/** A link is taken into a cookie first, so that its secret stays in no history and no referrer. */
async function open(visit: Visit): Promise<Answer> {
  const { query, reply, platform } = visit
  if (query.token === undefined) return show(visit, {})
  reply.setCookie(cookieOf(platform.config), seal(platform.config.secret, query.token), {
    ...hostCookieOptions(platform.config),
    maxAge: 1800,
  })
  return { to: '/sign-in/reset' }
}

function tokenOf(request: FastifyRequest, config: Config): string {
  try {
    return unseal(config.secret, request.cookies[cookieOf(config)] ?? '')
  } catch {
    return ''
  }
}

/** Asks for the second factor where there is one, then for the new password. */
async function show(visit: Visit, errors: Errors): Promise<Answer> {
  const { platform, request, reply } = visit
  const token = tokenOf(request, platform.config)
  const held = await holderOf(visit, token).catch(overOf)
  if ('to' in held) return held
  const { account, second } = held
  const status = Object.keys(errors).length > 0 ? 422 : 200
  reply.header('cache-control', 'no-store')
  holdDevice(request, reply, platform.config)
  if (second === null) return { page: choosingPage(visit, account, errors), status }
  const attempt = resetAttempt(token)
  const waiting = await perform(platform, prepare, door, {
    ...{ attempt, account: account.id, methods: second },
    given: { fields: {}, device: deviceOf(request, platform.config) ?? '', address: request.ip },
  })
  const kept = { id: attempt, account: account.id, proofs: [], waiting }
  return { page: provingPage(visit, { account, attempt: kept }, second, errors), status }
}

/** Whose link it is, and by which methods a second factor is still to be proven; null for none. */
const holderOf = (visit: Visit, token: string) =>
  transact(visit.platform.database.keyed, cityScope, async (db) => {
    const { platform } = visit
    const ctx = { db, now: platform.now() }
    const account: Account = await resetAccount(ctx, token)
    if (!(await needsSecond(ctx, account, token))) return { account, second: null }
    const has = new Set((await credentialsOf(ctx.db, account.id)).map(({ method }) => method))
    const second = signInMethods
      .filter((way) => way.offered(platform) && isSecond(way.method) && has.has(way.method))
      .map(({ method }) => method)
    return { account, second }
  })

/** A link that no longer counts leads to where a new one is asked for. */
function overOf(error: unknown) {
  if (error instanceof Refused) return { to: '/sign-in/forgot', problem: error.text }
  throw error
}

async function proveSecond(visit: Visit): Promise<Answer> {
  const { platform, request, params, form } = visit
  const token = tokenOf(request, platform.config)
  const held = await holderOf(visit, token).catch(overOf)
  if ('to' in held) return held
  const { account, second } = held
  const method = second?.find((one) => one === params.method)
  if (!method) return { to: '/sign-in/reset' }
  const fields = Object.fromEntries(
    Object.entries(form.values).map(([name, value]) => [name, String(value)]),
  )
  const outcome = await perform(platform, prove, door, {
    ...{ attempt: resetAttempt(token), account: account.id, method },
    given: {
      ...{ fields, device: deviceOf(request, platform.config) ?? '', address: request.ip },
      system: { zh: '重設密碼', en: 'a new password' },
      agent: (request.headers['user-agent'] ?? '').slice(0, 300),
    },
  })
  if ('refused' in outcome) return show(visit, { [outcome.field ?? 'form']: outcome.refused })
  return { to: '/sign-in/reset' }
}

/** Whether the phone that was asked has still to answer. */
async function lookAtPhone(visit: Visit): Promise<Answer> {
  const { platform, request } = visit
  const attempt = resetAttempt(tokenOf(request, platform.config))
  return phoneOpen(visit, attempt)
}

/** Takes the new password and ends every sign-in of the account, with the systems it opened. */
async function choose(now: ProviderNow, visit: Visit): Promise<Answer> {
  const { platform, request, reply, form } = visit
  const token = tokenOf(request, platform.config)
  const password = String(form.values.password ?? '')
  const device = deviceOf(request, platform.config) ?? holdDevice(request, reply, platform.config)
  const account = await perform(platform, resetPassword, door, { token, password, device }).catch(
    (error: unknown) => errorsOf(error, 'password'),
  )
  if (typeof account !== 'string') return show(visit, account)
  reply.clearCookie(cookieOf(platform.config), hostCookieOptions(platform.config))
  const provider = await now()
  for (const { uid } of await sessionsOf(platform, account, null))
    await endSignIn(platform, provider, account, uid)
  return {
    to: '/sign-in',
    flash: {
      zh: '已設定新密碼。請用它登入。',
      en: 'Your new password is set. Sign in with it.',
    },
  }
}
