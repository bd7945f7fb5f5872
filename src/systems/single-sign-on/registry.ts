import { sql } from 'kysely'
import type { Db } from '../../core/db.ts'
import { row } from '../../core/db.ts'
import type { Text } from '../../core/i18n.ts'
import type { IdentityLevel, Level, Method, Requirement } from '../../kernel/identity/levels.ts'

/** OpenID Connect client metadata, as RFC 7591 names it, without identifier and secret. */
export type ClientMetadata = { readonly [name: string]: unknown } & {
  readonly redirect_uris?: readonly string[]
  readonly scope?: string
  readonly token_endpoint_auth_method?: string
  readonly grant_types?: readonly string[]
}

/** A system that signs people in through the city. */
export type RelyingSystem = {
  readonly id: string
  readonly record: string
  readonly agency: string
  readonly name: Text
  readonly purpose: Text
  readonly audience: 'citizens' | 'staff' | 'both'
  readonly rating: 'basic' | 'medium' | 'high'
  readonly state: 'proposed' | 'live' | 'suspended' | 'ended'
  readonly requirement: Requirement
  readonly metadata: ClientMetadata
  readonly sealedSecret: string | null
  /** The bearer secret that its own SCIM server asks of us, sealed; null while none was set. */
  readonly sealedScim: string | null
  readonly liveFrom: Date | null
  readonly endedAt: Date | null
}

export type SystemRow = {
  id: string
  record: string
  agency: string
  name_zh: string
  name_en: string
  purpose_zh: string
  purpose_en: string
  audience: RelyingSystem['audience']
  rating: RelyingSystem['rating']
  state: RelyingSystem['state']
  level: Level
  identity_level: IdentityLevel
  max_age: number | null
  methods: Method[] | null
  metadata: ClientMetadata
  sealed_secret: string | null
  sealed_scim: string | null
  live_from: Date | null
  ended_at: Date | null
}

/** A row of the register as the rest of the code reads it. */
export const systemOf = (found: SystemRow): RelyingSystem => ({
  id: found.id,
  record: found.record,
  agency: found.agency,
  name: { zh: found.name_zh, en: found.name_en },
  purpose: { zh: found.purpose_zh, en: found.purpose_en },
  audience: found.audience,
  rating: found.rating,
  state: found.state,
  requirement: {
    level: found.level,
    identity: found.identity_level,
    maxAge: found.max_age,
    methods: found.methods,
  },
  metadata: found.metadata,
  sealedSecret: found.sealed_secret,
  sealedScim: found.sealed_scim,
  liveFrom: found.live_from,
  endedAt: found.ended_at,
})

/** A system by its client identifier, before anyone is signed in; undefined when unknown. */
export async function relyingSystem(db: Db, id: string): Promise<RelyingSystem | undefined> {
  const found = await row(
    db,
    sql<SystemRow>`select * from single_sign_on.relying(${id}) where id is not null`,
  )
  return found && systemOf(found)
}
