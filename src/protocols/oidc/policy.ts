import { type Interaction, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { Platform } from '../../core/context.ts'
import { transact } from '../../core/db.ts'
import { type Account, accountById, keepProofs, proofsOf } from '../../kernel/identity/accounts.ts'
import { takeAttempt } from '../../kernel/identity/attempts.ts'
import {
  acrOf,
  amrOf,
  counting,
  type Level,
  levelOf,
  levelOfAcr,
  type Proof,
  type Requirement,
  raised,
  unmet,
} from '../../kernel/identity/levels.ts'
import type { RelyingSystem } from '../../systems/single-sign-on/registry.ts'
import { systemById } from './clients.ts'

const { Check, base } = interactionPolicy

/** The platform's own rows: a sign-in happens before anyone is known. */
export const cityScope = { scope: 'city', person: '', agencies: [], secrets: [] } as const

/** The parameters of an authorization request that can raise what a system requires. */
export type Asked = {
  readonly acr_values?: unknown
  readonly max_age?: unknown
  readonly claims?: unknown
  readonly prompt?: unknown
}

/**
 * What a request asks for beside what the system requires: the lowest of its `acr_values`, its
 * `max_age`, an essential `acr` claim. Unknown values are left out, as OpenID Connect has it.
 */
export function askedFor(params: Asked): { level?: Level; maxAge?: number; unknown?: true } {
  const values = String(params.acr_values ?? '')
    .split(' ')
    .filter(Boolean)
  const essential = essentialAcr(params.claims)
  const lowest = (given: readonly string[]): Level | undefined => {
    const levels = given.map(levelOfAcr).filter((level) => level > 0)
    return levels.length > 0 ? (Math.min(...levels) as Level) : undefined
  }
  const level = Math.max(lowest(values) ?? 0, lowest(essential) ?? 0) as Level
  const maxAge = params.max_age === undefined ? undefined : Number(params.max_age)
  return {
    ...(level > 0 && { level }),
    ...(maxAge !== undefined && { maxAge }),
    ...(essential.length > 0 && lowest(essential) === undefined && { unknown: true }),
  }
}

function essentialAcr(claims: unknown): string[] {
  if (typeof claims !== 'string') return []
  const acr = JSON.parse(claims)?.id_token?.acr
  if (!acr?.essential) return []
  return [...(acr.values ?? []), ...(acr.value ? [acr.value] : [])].map(String)
}

/** What must be proven for this request of this system. */
export const requirementFor = (system: RelyingSystem, params: Asked): Requirement =>
  raised(system.requirement, askedFor(params))

/** Where a person stands with a system: what is required, what was proven, what is missing. */
export type Standing = {
  readonly system: RelyingSystem
  readonly account: Account
  readonly requirement: Requirement
  readonly proofs: readonly Proof[]
  readonly missing: 'level' | 'age' | 'identity' | 'audience' | null
}

/** Judges a session against a system's request. Pure. */
export function standing(
  system: RelyingSystem,
  account: Account,
  proofs: readonly Proof[],
  params: Asked,
  now: Date,
): Standing {
  const requirement = requirementFor(system, params)
  const welcome =
    system.audience === 'both' || (system.audience === 'staff') === (account.kind === 'staff')
  const lacks = (wanted: Requirement) => unmet(wanted, proofs, account.identity_level, now)
  const undefinedLevel = askedFor(params).unknown === true
  const short = undefinedLevel ? 'level' : lacks(requirement)
  const old =
    short === 'level' && !undefinedLevel && lacks({ ...requirement, maxAge: null }) === null
  const missing = !welcome ? 'audience' : old ? 'age' : short
  return { system, account, requirement, proofs, missing }
}

const standings = new WeakMap<object, Standing>()

/** The standing with which this request was let through; for the record of the sign-in. */
export const standingOf = (ctx: KoaContextWithOIDC): Standing | undefined => standings.get(ctx)

/**
 * Whether the session reaches what this request needs. The one ordered check takes the place of the
 * library's exact comparison of `acr`: more than enough is enough. It also tells the session its
 * level for this system, from the stored times, so that tokens say what was proven and when.
 */
export const levelPolicy = (platform: Platform) => {
  const policy = base()
  const login = policy.get('login')!
  for (const reason of ['max_age', 'essential_acrs', 'essential_acr']) login.checks.remove(reason)
  login.checks.add(
    new Check('age', 'the sign-in is older than this system allows', 'login_required', (ctx) =>
      lacks(platform, ctx, (missing) => missing === 'age'),
    ),
  )
  login.checks.add(
    new Check(
      'level',
      'the authentication requirements of this system are not met',
      'unmet_authentication_requirements',
      (ctx) => lacks(platform, ctx, (missing) => missing !== null && missing !== 'age'),
    ),
  )
  return policy
}

async function lacks(
  platform: Platform,
  ctx: KoaContextWithOIDC,
  what: (missing: Standing['missing']) => boolean,
): Promise<boolean> {
  if (!ctx.oidc.session?.accountId || !ctx.oidc.client) return Check.NO_NEED_TO_PROMPT
  judged.set(ctx, judged.get(ctx) ?? judge(platform, ctx))
  const here = await judged.get(ctx)
  return here === undefined || what(here.missing)
}

const judged = new WeakMap<object, Promise<Standing | undefined>>()

/** Where the session stands; what this attempt proved becomes the session's own first. */
async function judge(platform: Platform, ctx: KoaContextWithOIDC): Promise<Standing | undefined> {
  const { session, client, params } = ctx.oidc
  const { accountId, uid } = session as { accountId: string; uid: string }
  const now = platform.now()
  const system = await systemById(platform, client!.clientId)
  const found = await transact(platform.database.keyed, cityScope, async (db) => {
    const attempt = (ctx.oidc.result as { attempt?: string } | undefined)?.attempt
    const fresh = attempt ? await takeAttempt(db, attempt, now) : undefined
    if (fresh?.account === accountId) await keepProofs(db, uid, accountId, fresh.proofs)
    return { account: await accountById(db, accountId), proofs: await proofsOf(db, uid) }
  })
  if (!system || !found.account) return undefined
  const here = standing(system, found.account, found.proofs, params as Asked, now)
  if (here.missing === null) letThrough(ctx, here, now)
  return here
}

/** Tells the session its level for this system, from the stored times. */
function letThrough(ctx: KoaContextWithOIDC, here: Standing, now: Date): void {
  const counted = counting(here.proofs, here.requirement, now)
  const session = ctx.oidc.session!
  session.acr = acrOf(levelOf(counted))
  session.amr = [...amrOf(counted)]
  session.loginTs = Math.floor(Math.max(...counted.map(({ at }) => +at)) / 1000)
  standings.set(ctx, { ...here, proofs: counted })
}

/** Whether an interaction was begun by a request to prove anew, whatever was proven before. */
export const wantsFresh = (interaction: Interaction): boolean =>
  interaction.prompt.reasons.includes('login_prompt')
