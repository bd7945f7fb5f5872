import { systemActor } from '../../../core/context.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'
import { perform } from '../../../core/operation.ts'
import { wrongEmailCode } from '../../../kernel/identity/email-code.ts'
import { methodNames } from '../../../kernel/identity/levels.ts'
import { askOutside, startOf } from '../../../kernel/identity/outside/ask.ts'
import { allowOutside } from '../../../kernel/identity/outside/pages-policy.ts'
import {
  type OutsideProvider,
  outsideCancelled,
  outsideFailed,
  outsideUnreachable,
} from '../../../kernel/identity/outside/provider.ts'
import { outsideOf } from '../../../kernel/identity/outside/providers.ts'
import { sessionToken } from '../../../kernel/identity/session-cookie.ts'
import type { Errors, Values } from '../../../web/components/fields.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { ownAccount } from '../methods/guard.ts'
import { endWay } from '../methods/operations.ts'
import { confirmedPage, errorsOf } from '../methods/pages-confirm.ts'
import { sendEmailCode, takeEmailCode, waitingEmail } from './email.ts'
import { LeavePage, LinksPage, linksPath } from './list-page.tsx'
import { addLink, listLinks, startLink, takeLink } from './operations.ts'

const door = systemActor('sign-in')
const permission = 'account'

/** The owner's pages for accounts elsewhere and for the address of the account. */
export const linkPages: readonly Page[] = [
  { method: 'GET', path: linksPath, permission, run: (visit) => show(visit) },
  confirmedPage('POST', `${linksPath}/email`, sendCode, linksPath),
  confirmedPage('POST', `${linksPath}/email/code`, takeCode, linksPath),
  confirmedPage('POST', `${linksPath}/:id/end`, end, linksPath),
  confirmedPage('GET', `${linksPath}/:id`, offer),
  confirmedPage('POST', `${linksPath}/:id`, leave),
  confirmedPage('GET', `${linksPath}/:id/arrive`, arrive, linksPath),
]

/** The provider that a page is about; 404 where this installation does not offer it. */
function providerOf({ params, platform }: Visit): OutsideProvider {
  const found = outsideOf(platform.config, params.id ?? '')
  if (!found) throw notFound({ zh: '這個平台', en: 'this provider' })
  return found
}

async function show(visit: Visit, values: Values = {}, errors: Errors = {}) {
  const { view } = visit
  const links = await visit.perform(listLinks, {})
  const { account, waiting } = await visit.read(permission, async (ctx) => ({
    account: await ownAccount(ctx),
    waiting: await waitingEmail(ctx),
  }))
  const page = <LinksPage {...{ view, account, links, waiting, values, errors }} />
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

async function sendCode(visit: Visit): Promise<Answer> {
  const email = visit.form.get('email')
  try {
    await visit.perform(sendEmailCode, { email })
  } catch (error) {
    return show(visit, { email }, errorsOf(error, 'email'))
  }
  return { to: linksPath, flash: { zh: '驗證碼已寄出。', en: 'The code was sent.' } }
}

async function takeCode(visit: Visit): Promise<Answer> {
  const errors: Errors = await visit
    .perform(takeEmailCode, { code: visit.form.get('code') })
    .then((fits): Errors => (fits ? {} : { code: wrongEmailCode }))
    .catch((error) => errorsOf(error, 'email'))
  if (Object.keys(errors).length > 0) return show(visit, {}, errors)
  return { to: linksPath, flash: { zh: '電子郵件已確認。', en: 'The address is proven.' } }
}

async function end(visit: Visit): Promise<Answer> {
  const keep = sessionToken(visit.request, visit.platform.config)
  try {
    await visit.perform(endWay, { id: visit.params.id, ...(keep && { keep }) })
  } catch (error) {
    if (error instanceof Refused && error.status === 409)
      return { to: linksPath, problem: error.text }
    throw error
  }
  return { to: linksPath, flash: { zh: '已移除連結。', en: 'The link was removed.' } }
}

async function offer(visit: Visit): Promise<Answer> {
  const { view, reply, platform } = visit
  const { method } = providerOf(visit)
  allowOutside(reply, platform.config)
  return { page: <LeavePage view={view} method={method} /> }
}

/** Sends the browser to the provider, with what the answer to this session must fit. */
async function leave(visit: Visit): Promise<Answer> {
  const { platform, view, request } = visit
  const { config } = platform
  const provider = providerOf(visit)
  const to = view.href(`${linksPath}/${provider.method}/arrive`)
  const started = startOf(config, provider, to, platform.now())
  const name = methodNames[provider.method]
  const address = await provider.address(config, started).catch((error: unknown) => {
    platform.log.warn({ err: error, provider: provider.method }, 'a provider cannot be reached')
  })
  if (!address) return { to: linksPath, problem: outsideUnreachable(name) }
  const session = sessionToken(request, config)
  return tried(async () => {
    await visit.perform(startLink, { session, method: provider.method, started })
    return { away: address }
  })
}

/** Takes the answer, in the session that asked for it. */
async function arrive(visit: Visit): Promise<Answer> {
  const { platform, request, actor } = visit
  const provider = providerOf(visit)
  const { method } = provider
  const name = methodNames[method]
  const answer = new URLSearchParams(request.url.split('?')[1] ?? '')
  const session = sessionToken(request, platform.config)
  const started = await visit.perform(takeLink, { session, method })
  if (answer.get('error') === 'access_denied' && answer.get('state') === started?.state)
    return { to: linksPath, problem: outsideCancelled(name) }
  const person = await askOutside(platform, provider, started, answer)
  if (!person) return { to: linksPath, problem: outsideFailed(name) }
  return tried(async () => {
    await perform(platform, addLink, door, { account: actor.id, method, person })
    return { to: linksPath, flash: linked(name) }
  })
}

/** Says on the page of links why something was refused. */
async function tried(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return { to: linksPath, problem: error.text }
    throw error
  }
}

const linked = ({ zh, en }: Text): Text => ({
  zh: `已連結 ${zh}，以後可以用它登入。`,
  en: `${en} is linked: it signs you in from now on.`,
})
