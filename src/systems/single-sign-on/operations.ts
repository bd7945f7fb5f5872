import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { forbidden, invalid, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation, scopeFor } from '../../core/operation.ts'
import { seal } from '../../core/seal.ts'
import { type Level, type Method, methodNames } from '../../kernel/identity/levels.ts'
import { metadataOf } from './metadata.ts'
import { type RelyingSystem, type SystemRow, systemOf } from './registry.ts'

/** The level that a system's rating under the Cyber Security Management Act asks for at least. */
export const levelOfRating: Readonly<Record<RelyingSystem['rating'], Level>> = {
  basic: 1,
  medium: 2,
  high: 3,
}

const url = Type.String({ maxLength: 500 })
const literals = (all: readonly string[]) => Type.Union(all.map((value) => Type.Literal(value)))

export const proposalInput = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9-]{2,60}$' }),
  agency: Type.String({ maxLength: 60 }),
  nameZh: Type.String({ minLength: 2, maxLength: 100 }),
  nameEn: Type.String({ minLength: 2, maxLength: 100 }),
  purposeZh: Type.String({ minLength: 4, maxLength: 300 }),
  purposeEn: Type.String({ minLength: 4, maxLength: 300 }),
  audience: literals(['citizens', 'staff', 'both']),
  rating: literals(['basic', 'medium', 'high']),
  level: Type.Integer({ minimum: 1, maximum: 4 }),
  identityLevel: Type.Integer({ minimum: 1, maximum: 3, default: 1 }),
  maxAge: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
  methods: Type.Array(literals(Object.keys(methodNames)), { default: [] }),
  redirectUris: Type.Array(url, { maxItems: 10, default: [] }),
  postLogoutUris: Type.Array(url, { maxItems: 10, default: [] }),
  backchannelUri: Type.Optional(url),
  jwksUri: Type.Optional(url),
  scimUri: Type.Optional(url),
  authMethod: Type.Union(
    (['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const).map(
      (value) => Type.Literal(value),
    ),
    { default: 'client_secret_basic' },
  ),
  grants: Type.Array(
    literals([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]),
    { minItems: 1, default: ['authorization_code'] },
  ),
  scopes: Type.Array(literals(['openid', 'profile', 'email', 'agency', 'offline_access', 'api']), {
    default: ['openid', 'profile'],
  }),
  resources: Type.Array(url, { maxItems: 5, default: [] }),
})

/** What an agency says of a system that it proposes. */
export type Proposal = Static<typeof proposalInput>

/**
 * An agency proposes a system of its own, with the level it wants; nobody signs in before the city
 * approves. A later proposal for the same system waits beside what is live. Refuses a level below
 * the one of its rating, addresses that cannot stand, and an identifier of another agency.
 */
export const proposeSystem = operation({
  name: 'single-sign-on.propose',
  title: { zh: '申請介接系統', en: 'Propose a relying system' },
  permission: 'single-sign-on.propose',
  input: proposalInput,
  run: async (ctx, input) => {
    mustReach(ctx, input.agency)
    mustReachRating(input)
    const metadata = metadataOf(
      input.rating as RelyingSystem['rating'],
      { ...input, authMethod: input.authMethod as 'none' },
      ctx.config.demo,
    )
    const known = await row(
      ctx.db,
      sql<SystemRow>`select * from single_sign_on.relying(${input.id}) where id is not null`,
    )
    if (known) return waitBeside(ctx, systemOf(known), input, metadata)
    return begin(ctx, input, metadata)
  },
})

function mustReach(ctx: Ctx, agency: string): void {
  const { scope, agencies } = scopeFor(ctx.actor, 'single-sign-on.propose')
  if (scope !== 'city' && !agencies.includes(agency)) throw forbidden()
}

function mustReachRating({ rating, level }: Proposal): void {
  const least = levelOfRating[rating as RelyingSystem['rating']]
  if (level < least)
    throw invalid({
      level: {
        zh: `這個防護等級的系統至少要 ${least} 級。`,
        en: `A system of this rating needs level ${least} at least.`,
      },
    })
}

async function begin(ctx: Ctx, input: Proposal, metadata: object): Promise<{ id: string }> {
  const id = randomUUID()
  await sql`insert into single_sign_on.system (id, record, agency, name_zh, name_en, purpose_zh,
      purpose_en, audience, rating, state, level, identity_level, max_age, methods, metadata,
      proposed_by, proposed_at, recorded_at)
    values (${input.id}, ${id}, ${input.agency}, ${input.nameZh}, ${input.nameEn},
      ${input.purposeZh}, ${input.purposeEn}, ${input.audience}, ${input.rating}, 'proposed',
      ${input.level}, ${input.identityLevel}, ${input.maxAge ?? null}, ${methodsOf(input)},
      ${JSON.stringify(metadata)}::jsonb, ${ctx.actor.id}, ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  await note(ctx, { record: id, agency: input.agency }, 'proposed', facts(input))
  return { id: input.id }
}

const methodsOf = ({ methods }: Proposal): Method[] | null =>
  methods.length === 0 ? null : (methods as Method[])

const facts = ({ id, rating, level, identityLevel, audience }: Proposal) => ({
  system: id,
  rating,
  level,
  identity: identityLevel,
  audience,
})

async function waitBeside(ctx: Ctx, known: RelyingSystem, input: Proposal, metadata: object) {
  if (known.agency !== input.agency)
    throw new Refused('single-sign-on.taken', 409, {
      zh: '這個代碼已經有別的系統在用，請換一個。',
      en: 'Another system has this identifier. Choose another.',
    })
  const pending = { ...input, methods: methodsOf(input), metadata, by: ctx.actor.id }
  await sql`update single_sign_on.system set pending = ${JSON.stringify(pending)}::jsonb,
    proposed_by = ${ctx.actor.id}, proposed_at = ${ctx.now} where id = ${known.id}`.execute(ctx.db)
  await note(ctx, known, 'change-proposed', facts(input))
  return { id: known.id }
}

const note = (
  ctx: Ctx,
  { record: id, agency }: { readonly record: string; readonly agency: string },
  what: string,
  data: Readonly<Record<string, string | number | null>>,
) => record(ctx, { record: id, type: `single-sign-on.${what}`, agency, data })

const named = Type.Object({ id: Type.String({ maxLength: 60 }) })

/**
 * The city approves what an agency proposed: the system goes live, or its change does (a suspended
 * one stays suspended). Whoever proposed it cannot approve it, and what was changed after it was
 * `seen` (the time of the proposal, ISO 8601) must be seen again.
 */
export const approveSystem = operation({
  name: 'single-sign-on.approve',
  title: { zh: '核定介接', en: 'Approve a relying system' },
  permission: 'single-sign-on.approve',
  input: Type.Object({ ...named.properties, seen: Type.Optional(Type.String({ maxLength: 40 })) }),
  run: async (ctx, { id, seen }) => {
    const found = await held(ctx, id)
    if (seen && seen !== found.proposed_at.toISOString()) throw changedSince()
    if (found.proposed_by === ctx.actor.id)
      throw new Refused('single-sign-on.own-proposal', 403, {
        zh: '自己提出的申請要由別人核定。',
        en: 'Someone else must approve what you proposed.',
      })
    if (found.state !== 'proposed' && !found.pending) throw nothingToApprove()
    if (found.pending) await applyPending(ctx, found)
    await sql`update single_sign_on.system set pending = null,
      state = case state when 'suspended' then state else 'live' end,
      approved_by = ${ctx.actor.id}, live_from = coalesce(live_from, ${ctx.now})
      where id = ${id}`.execute(ctx.db)
    await note(ctx, found, 'approved', { system: id, level: found.pending?.level ?? found.level })
  },
})

type Pending = Proposal & { metadata: object; methods: Method[] | null }
type Held = SystemRow & { pending: Pending | null; proposed_by: string; proposed_at: Date }

async function held(ctx: Ctx, id: string): Promise<Held> {
  const found = await row(
    ctx.db,
    sql<Held>`select * from single_sign_on.system where id = ${id} for update`,
  )
  if (!found) throw notFound({ zh: `系統 ${id}`, en: `the system ${id}` })
  return found
}

const changedSince = () =>
  new Refused('single-sign-on.changed', 409, {
    zh: '您看過之後申請又改了，請重新看過再核定。',
    en: 'The proposal changed after you saw it. Look at it again before you approve it.',
  })

const nothingToApprove = () =>
  new Refused('single-sign-on.nothing-proposed', 409, {
    zh: '沒有待核定的申請。',
    en: 'Nothing waits to be approved.',
  })

async function applyPending(ctx: Ctx, { id, pending }: Held): Promise<void> {
  const next = pending as Pending
  await sql`update single_sign_on.system set name_zh = ${next.nameZh}, name_en = ${next.nameEn},
      purpose_zh = ${next.purposeZh}, purpose_en = ${next.purposeEn}, audience = ${next.audience},
      rating = ${next.rating}, level = ${next.level}, identity_level = ${next.identityLevel},
      max_age = ${next.maxAge ?? null}, methods = ${next.methods},
      metadata = ${JSON.stringify(next.metadata)}::jsonb where id = ${id}`.execute(ctx.db)
}

/** Stops a system, or lets it go on: nobody signs in to a suspended one. Refuses other states. */
export const suspendSystem = operation({
  name: 'single-sign-on.suspend',
  title: { zh: '停用或恢復介接', en: 'Suspend or resume a relying system' },
  permission: 'single-sign-on.approve',
  input: Type.Object({ ...named.properties, resume: Type.Boolean({ default: false }) }),
  run: async (ctx, { id, resume }) => {
    const found = await held(ctx, id)
    const from = resume ? 'suspended' : 'live'
    if (found.state !== from) throw wrongState()
    await sql`update single_sign_on.system set state = ${resume ? 'live' : 'suspended'}
      where id = ${id}`.execute(ctx.db)
    await note(ctx, found, resume ? 'resumed' : 'suspended', { system: id })
  },
})

const wrongState = () =>
  new Refused('single-sign-on.state', 409, {
    zh: '這個系統目前的狀態不能這麼做。',
    en: 'This cannot be done in the state that the system is in.',
  })

/** Ends a system for good; its past sign-ins stay. */
export const endSystem = operation({
  name: 'single-sign-on.end',
  title: { zh: '終止介接', en: 'End a relying system' },
  permission: 'single-sign-on.approve',
  input: named,
  run: async (ctx, { id }) => {
    const found = await held(ctx, id)
    if (found.state === 'ended') throw wrongState()
    await sql`update single_sign_on.system set state = 'ended', ended_at = ${ctx.now},
      sealed_secret = null, sealed_scim = null where id = ${id}`.execute(ctx.db)
    await note(ctx, found, 'ended', { system: id })
  },
})

/** Makes a new secret for a system and shows it this once; the one before stops at once. */
export const issueSecret = operation({
  name: 'single-sign-on.issue-secret',
  title: { zh: '核發系統密鑰', en: 'Issue a client secret' },
  permission: 'single-sign-on.propose',
  input: named,
  run: async (ctx, { id }) => {
    const found = await held(ctx, id)
    const method = found.metadata.token_endpoint_auth_method
    if (found.state === 'ended' || !String(method).startsWith('client_secret')) throw wrongState()
    const secret = randomBytes(32).toString('base64url')
    await sql`update single_sign_on.system set sealed_secret = ${seal(ctx.config.secret, secret)}
      where id = ${id}`.execute(ctx.db)
    await note(ctx, found, 'secret-issued', { system: id })
    return { id, secret }
  },
})

/**
 * An agency gives the bearer secret that its system's SCIM server asks of whoever provisions it. It
 * is kept sealed and shown to nobody; a new one replaces it.
 */
export const setScimSecret = operation({
  name: 'single-sign-on.set-scim-secret',
  title: { zh: '設定佈建密鑰', en: 'Set the secret for provisioning' },
  permission: 'single-sign-on.propose',
  input: Type.Object({
    ...named.properties,
    secret: Type.String({ pattern: '^[\\x21-\\x7e]+$', minLength: 16, maxLength: 4000 }),
  }),
  run: async (ctx, { id, secret }) => {
    const found = await held(ctx, id)
    if (found.state === 'ended') throw wrongState()
    await sql`update single_sign_on.system set sealed_scim = ${seal(ctx.config.secret, secret)}
      where id = ${id}`.execute(ctx.db)
    await note(ctx, found, 'scim-secret-set', { system: id })
  },
})
