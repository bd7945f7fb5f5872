import type { Interaction, Provider } from 'oidc-provider'
import { type Platform, systemActor } from '../../../core/context.ts'
import { transact } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { perform } from '../../../core/operation.ts'
import {
  type Account,
  accountById,
  credentialsOf,
  proofsOf,
} from '../../../kernel/identity/accounts.ts'
import { type Attempt, readAttempt } from '../../../kernel/identity/attempts.ts'
import { expiredIn } from '../../../kernel/identity/expiry.ts'
import { acrOf, counting, levelOf, type Method, reachOf } from '../../../kernel/identity/levels.ts'
import { signInMethods } from '../../../kernel/identity/methods.ts'
import { prepare, prove } from '../../../kernel/identity/prove.ts'
import { levelToChange } from '../../../systems/citizen-account/methods/guard.ts'
import type { RelyingSystem } from '../../../systems/single-sign-on/registry.ts'
import type { Errors } from '../../../web/components/fields.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { systemById } from '../clients.ts'
import { deviceOf, holdDevice } from '../device-cookie.ts'
import type { ProviderNow } from '../mount.ts'
import {
  type Asked,
  cityScope,
  requirementFor,
  type Standing,
  standing,
  wantsFresh,
} from '../policy.ts'
import { recordRefusal } from '../record.ts'
import { phoneOpen } from './account-approve.tsx'
import { consentPage, takeConsent } from './consent.tsx'
import { expiredPage, takeExpired } from './expired-password.tsx'
import { joinPage, mayJoin, takeJoin } from './join.tsx'
import { allowRedirect, signInPage } from './sign-in-page.tsx'

/** Who acts while nobody is known yet. */
export const door = systemActor('sign-in')

/** A sign-in under way, as its pages need it. */
export type Underway = {
  readonly provider: Provider
  readonly interaction: Interaction
  readonly system: RelyingSystem
  readonly attempt: Attempt
  /** Who it is, as far as proven now or before. */
  readonly account: Account | undefined
  /** The methods that this account can use; all of them while nobody is known. */
  readonly has: readonly Method[]
  readonly here: Standing | undefined
  /** The password that was proven is too old: a new one is needed before anything else. */
  readonly expired: boolean
}

/** The pages on which a person proves who they are, for whichever system asks. */
export function signInPages(now: ProviderNow): readonly Page[] {
  const permission = 'public'
  const path = '/sign-in/:uid'
  return [
    { method: 'GET', path, permission, run: (visit) => show(now, visit) },
    {
      method: 'POST',
      path: `${path}/cancel`,
      permission,
      run: async (visit) => cancel(visit, await underway(now, visit)),
    },
    {
      method: 'POST',
      path: `${path}/consent`,
      permission,
      run: async (visit) => takeConsent(visit, await underway(now, visit)),
    },
    {
      method: 'POST',
      path: `${path}/new-password`,
      permission,
      run: async (visit) => takeExpired(visit, await underway(now, visit)),
    },
    {
      method: 'POST',
      path: `${path}/join`,
      permission,
      run: async (visit) => takeJoin(visit, await underway(now, visit)),
    },
    {
      method: 'GET',
      path: `${path}/phone.json`,
      permission,
      run: async (visit) => phoneOpen(visit, (await underway(now, visit)).interaction.uid),
    },
    {
      method: 'POST',
      path: `${path}/:method`,
      permission,
      readsFiles: true,
      run: (visit) => take(now, visit),
    },
  ]
}

/** Reads the interaction of this browser; refuses one of another browser or one that ran out. */
export async function underway(now: ProviderNow, visit: Visit): Promise<Underway> {
  const { platform, request, reply, params } = visit
  const provider = await now()
  const interaction = await provider.interactionDetails(request.raw, reply.raw).catch(() => {
    throw gone()
  })
  if (interaction.uid !== params.uid) throw gone()
  const system = await systemById(platform, String(interaction.params.client_id))
  if (!system) throw gone()
  const at = platform.now()
  return transact(platform.database.keyed, cityScope, async (db) => {
    const attempt = await readAttempt(db, interaction.uid, at)
    const known = attempt.account ?? interaction.session?.accountId
    const account = known ? await accountById(db, known) : undefined
    const uid = interaction.session?.uid
    const before = uid && !wantsFresh(interaction) ? await proofsOf(db, uid) : []
    const proofs = [...before, ...attempt.proofs]
    const held = account ? await credentialsOf(db, account.id) : []
    const asked = interaction.params as Asked
    const has = [...new Set(held.map(({ method }) => method))]
    const on = { db, city: platform.city, now: at }
    const expired = !!account && (await expiredIn(on, account, attempt.proofs)) !== undefined
    const here =
      account && proofs.length > 0 ? standing(system, account, proofs, asked, at) : undefined
    // A new password is a change of the account: it takes both factors where there are two.
    const short = expired && levelOf(attempt.proofs) < levelToChange(held)
    return {
      ...{ provider, interaction, system, attempt, account, has, expired },
      here: here && short && here.missing === null ? { ...here, missing: 'level' } : here,
    }
  })
}

const gone = () =>
  new Refused('sign-in.expired', 400, {
    zh: '這次登入已經過期或從別處開始。請回到要使用的網站，再登入一次。',
    en: 'This sign-in has expired or began elsewhere. Go back to the site and sign in again.',
  })

async function show(now: ProviderNow, visit: Visit): Promise<Answer> {
  const here = await underway(now, visit)
  holdDevice(visit.request, visit.reply, visit.platform.config)
  allowRedirect(visit, here)
  if (here.interaction.prompt.name === 'consent') return consentPage(visit, here)
  if (here.expired && here.here?.missing === null) return expiredPage(visit, here)
  if (here.here?.missing === null)
    return mayJoin(here) ? joinPage(visit, here) : finish(visit, here)
  return { page: signInPage(visit, await prepared(visit, here), {}, {}) }
}

async function take(now: ProviderNow, visit: Visit): Promise<Answer> {
  const { platform, form, params, request, reply } = visit
  const before = await underway(now, visit)
  const way = signInMethods.find(({ method }) => method === params.method)
  const fields = Object.fromEntries(
    Object.entries(form.values).map(([name, value]) => [name, String(value)]),
  )
  const device = deviceOf(request, platform.config) ?? holdDevice(request, reply, platform.config)
  const outcome = await perform(platform, prove, door, {
    attempt: before.interaction.uid,
    account: before.account?.id ?? null,
    method: way?.method ?? String(params.method),
    given: {
      ...{ fields, device, address: request.ip, system: before.system.name },
      agent: (request.headers['user-agent'] ?? '').slice(0, 300),
    },
  })
  allowRedirect(visit, before)
  if ('refused' in outcome) {
    const { system, account } = before
    const who = account?.id ?? outcome.account ?? null
    const refusal = { account: who, system: system.id, method: String(params.method) }
    await recordRefusal(platform, system.agency, request.raw, refusal)
    const errors: Errors = { [outcome.field ?? 'form']: outcome.refused }
    const { password: _, ...values } = fields
    const again = await prepared(visit, await underway(now, visit))
    return { page: signInPage(visit, again, values, errors), status: 422 }
  }
  if ('newcomer' in outcome) return { to: `/sign-in/${before.interaction.uid}/register` }
  return goOn(now, visit)
}

/** Goes on after a proof: back to the system when nothing is missing, else to what is. */
export async function goOn(now: ProviderNow, visit: Visit): Promise<Answer> {
  const after = await underway(now, visit)
  const done = after.here?.missing === null && !after.expired && !mayJoin(after)
  if (done) return finish(visit, after)
  return { to: `/sign-in/${after.interaction.uid}` }
}

/** The sign-in with what its ways wait for, such as a challenge for a key. */
async function prepared(visit: Visit, here: Underway): Promise<Underway> {
  const { platform, request } = visit
  const device = deviceOf(request, platform.config) ?? ''
  const waiting = await perform(platform, prepare, door, {
    attempt: here.interaction.uid,
    account: here.account?.id ?? null,
    methods: openWays(here, platform).map(({ method }) => method),
    given: { fields: {}, device, address: request.ip },
  })
  return { ...here, attempt: { ...here.attempt, waiting } }
}

/**
 * The ways that can lead on from here, in the order in which they are offered: none where all that
 * the account has together would not do.
 */
export const openWays = (here: Underway, on: Pick<Platform, 'config' | 'city' | 'now'>) => {
  const { account, has, attempt } = here
  const asked = requiredFor(here)
  const { methods, level } = asked
  const counts = (method: Method) => methods === null || methods.includes(method)
  if (account && reachOf(has.filter(counts)) < level) return []
  const proven = counting(here.here?.proofs ?? attempt.proofs, asked, on.now())
  return signInMethods.filter(
    (way) =>
      way.offered(on) &&
      counts(way.method) &&
      (account ? has.includes(way.method) : !way.second) &&
      !proven.some(({ method }) => method === way.method),
  )
}

/** Hands the result to the provider, which goes on where the system's request stopped. */
async function finish(visit: Visit, { provider, here, attempt }: Underway): Promise<Answer> {
  const { request, reply, platform } = visit
  const { account, proofs, requirement } = here!
  const counted = counting(proofs, requirement, platform.now())
  const url = await provider.interactionResult(request.raw, reply.raw, {
    login: { accountId: account.id, acr: acrOf(levelOf(counted)), remember: true },
    ...(attempt.proofs.length > 0 && { attempt: attempt.id }),
  })
  return { away: url }
}

/** Goes back to the system without a sign-in, with the standard's error. */
async function cancel(visit: Visit, { provider }: Underway): Promise<Answer> {
  const url = await provider.interactionResult(visit.request.raw, visit.reply.raw, {
    error: 'access_denied',
    error_description: 'the person did not sign in',
  })
  return { away: url }
}

/** What is required of this system for the request under way. */
export const requiredFor = ({ system, interaction }: Underway) =>
  requirementFor(system, interaction.params as Asked)
