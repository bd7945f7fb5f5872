import { notFound } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'
import { perform } from '../../../core/operation.ts'
import { methodNames } from '../../../kernel/identity/levels.ts'
import { askOutside, startOf } from '../../../kernel/identity/outside/ask.ts'
import {
  proveOutside,
  startOutside,
  takeOutside,
} from '../../../kernel/identity/outside/operations.ts'
import {
  type OutsideProvider,
  outsideCancelled,
  outsideUnreachable,
  wayOfState,
} from '../../../kernel/identity/outside/provider.ts'
import { outsideOf, outsideProviders } from '../../../kernel/identity/outside/providers.ts'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { deviceOf, holdDevice } from '../device-cookie.ts'
import type { ProviderNow } from '../mount.ts'
import { recordRefusal } from '../record.ts'
import { door, goOn, type Underway, underway } from './sign-in.tsx'

/*
 * The way to a provider and back. The callback is one address per provider; it hands the answer to
 * the page that the sealed `state` names. That page belongs to one browser, by the cookie of the
 * interaction, and to one attempt, which keeps what the answer must fit.
 */

const permission = 'public'

/** The pages by which an account elsewhere signs in. */
export const outsidePages = (now: ProviderNow): readonly Page[] => [
  { method: 'GET', path: '/sign-in/outside/:provider/callback', permission, run: callback },
  ...outsideProviders.flatMap(({ method }): Page[] => [
    {
      method: 'POST',
      path: `/sign-in/:uid/${method}`,
      permission,
      run: async (visit) => leave(visit, offered(visit, method), await underway(now, visit)),
    },
    {
      method: 'GET',
      path: `/sign-in/:uid/${method}`,
      permission,
      run: (visit) => arrive(now, visit, offered(visit, method)),
    },
  ]),
]

/** The provider of a name; 404 where this installation does not offer it. */
function offered({ platform }: Visit, method: string): OutsideProvider {
  const found = outsideOf(platform.config, method)
  if (!found) throw notFound({ zh: '這種登入方式', en: 'this way to sign in' })
  return found
}

async function callback(visit: Visit): Promise<Answer> {
  const { platform, params, query, request } = visit
  const to = wayOfState(platform.config, params.provider ?? '', query.state ?? '')
  if (to === undefined) return { to: '/sign-in', problem: lost }
  return { away: `${to}?${request.url.split('?')[1] ?? ''}` }
}

/** What an answer says that nobody here asked for. */
const lost: Text = {
  zh: '這次登入不是從這裡開始的，或已經過期。請重新登入。',
  en: 'This sign-in did not begin here, or it has expired. Please sign in again.',
}

/** Sends the browser to the provider. */
async function leave(visit: Visit, provider: OutsideProvider, here: Underway): Promise<Answer> {
  const { platform, view } = visit
  const { uid } = here.interaction
  const to = view.href(`/sign-in/${uid}/${provider.method}`)
  const started = startOf(platform.config, provider, to, platform.now())
  const address = await provider.address(platform.config, started).catch((error: unknown) => {
    platform.log.warn({ err: error, provider: provider.method }, 'a provider cannot be reached')
  })
  if (!address)
    return { to: `/sign-in/${uid}`, problem: outsideUnreachable(methodNames[provider.method]) }
  const given = { attempt: uid, method: provider.method, started }
  await perform(platform, startOutside, door, given)
  return { away: address }
}

/** Takes the answer, in the browser and the attempt that asked for it. */
async function arrive(now: ProviderNow, visit: Visit, provider: OutsideProvider): Promise<Answer> {
  const { platform, request, reply } = visit
  const { config } = platform
  const before = await underway(now, visit)
  const { uid } = before.interaction
  const { method } = provider
  const answer = new URLSearchParams(request.url.split('?')[1] ?? '')
  const started = await perform(platform, takeOutside, door, { attempt: uid, method })
  if (answer.get('error') === 'access_denied' && answer.get('state') === started?.state)
    return { to: `/sign-in/${uid}`, problem: outsideCancelled(methodNames[method]) }
  const person = await askOutside(platform, provider, started, answer)
  const device = deviceOf(request, config) ?? holdDevice(request, reply, config)
  const account = before.account?.id ?? null
  const given = { attempt: uid, account, method, person, device }
  const outcome = await perform(platform, proveOutside, door, given)
  if ('newcomer' in outcome) return { to: `/sign-in/${uid}/register` }
  if (!('refused' in outcome)) return goOn(now, visit)
  const refusal = { account, system: before.system.id, method }
  await recordRefusal(platform, before.system.agency, request.raw, refusal)
  return { to: `/sign-in/${uid}`, problem: outcome.refused }
}
