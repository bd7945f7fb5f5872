import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { sql } from 'kysely'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { canonical } from '../../core/canonical.ts'
import { signWithInstallation } from '../../core/checkpoint.ts'
import type { Platform } from '../../core/context.ts'
import { levelOf, type Proof, type Requirement } from '../../kernel/identity/levels.ts'
import { type Standing, standingOf } from './policy.ts'

/** Why a sign-in has its level: what was required, what was proven and when, what follows. */
export type Why = {
  readonly account: string
  readonly system: string
  readonly at: string
  readonly level: number
  readonly identity: number
  readonly required: Requirement
  readonly proofs: readonly (Omit<Proof, 'at'> & { readonly at: string })[]
}

/** The reason of a sign-in from where the person stood. Pure. */
export const whyOf = (here: Standing, at: Date): Why => ({
  account: here.account.id,
  system: here.system.id,
  at: at.toISOString(),
  level: levelOf(here.proofs),
  identity: here.account.identity_level,
  required: here.requirement,
  proofs: here.proofs.map((proof) => ({ ...proof, at: proof.at.toISOString() })),
})

/** Why a sign-in was refused: which method did not hold. Nothing of what was typed. */
export type Refusal = {
  readonly account: string | null
  readonly system: string
  readonly at: string
  readonly method: string
}

/**
 * Records every sign-in of every system before its code leaves the house: with the reason for its
 * level, signed by the installation's key, so that the person and an auditor can check it later.
 */
export function recordSignIns(platform: Platform, provider: Provider): void {
  provider.use(async (context, next) => {
    await next()
    const ctx = context as unknown as KoaContextWithOIDC
    const here = ctx.oidc && standingOf(ctx)
    const granted = here && ctx.oidc.entities.AuthorizationCode !== undefined
    if (!granted) return
    const at = platform.now()
    const why = whyOf(here, at)
    const session = ctx.oidc.session?.uid ?? null
    await keep(platform, here.system.agency, { session, agent: agentOf(ctx.req), at, why })
  })
}

/** Records that someone could not prove who they are, for the system's page and the account's. */
export function recordRefusal(
  platform: Platform,
  agency: string,
  request: IncomingMessage,
  refusal: Omit<Refusal, 'at'>,
): Promise<void> {
  const at = platform.now()
  const why = { ...refusal, at: at.toISOString() }
  return keep(platform, agency, { session: null, agent: agentOf(request), at, why })
}

const agentOf = ({ headers }: IncomingMessage) => (headers['user-agent'] ?? '').slice(0, 300)

type SignIn = {
  readonly session: string | null
  readonly agent: string
  readonly at: Date
  readonly why: Why | Refusal
}

async function keep(platform: Platform, agency: string, given: SignIn): Promise<void> {
  const { session, agent, at, why } = given
  const signed = signWithInstallation(platform.config.TAKAO_DATA, canonical(why))
  const [outcome, level] = 'level' in why ? ['granted', why.level] : ['refused', 0]
  await sql`insert into identity.sign_in (id, account, system, agency, session, agent, at,
      recorded_at, outcome, level, why, signed)
    values (${randomUUID()}, ${why.account}, ${why.system}, ${agency}, ${session}, ${agent},
      ${at}, ${at}, ${outcome}, ${level}, ${JSON.stringify(why)}::jsonb, ${signed})
  `.execute(platform.database.city)
}
