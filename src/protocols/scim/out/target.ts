import { sql } from 'kysely'
import type { Platform } from '../../../core/context.ts'
import { row, rows, transact } from '../../../core/db.ts'
import { unseal } from '../../../core/seal.ts'
import { directory } from '../../../kernel/identity/directory.ts'
import { cityScope } from '../../oidc/policy.ts'

/** A system that takes the staff of its agencies: where, and by which secret. */
export type Target = {
  readonly system: string
  /** Without a slash at its end. */
  readonly uri: string
  /** Null while its agency has set none. */
  readonly secret: string | null
  /** Its agency and all beneath it. */
  readonly agencies: readonly string[]
}

type Row = { id: string; agency: string; uri: string; sealed_scim: string | null }

const live = sql`select id, agency, metadata ->> 'scim_uri' as uri, sealed_scim
  from single_sign_on.system where state = 'live' and metadata ? 'scim_uri'`

/** The live systems that take staff. */
export async function targets(platform: Platform): Promise<Target[]> {
  const found = await transact(platform.database.app, cityScope, (db) =>
    rows(db, sql<Row>`${live}`),
  )
  return Promise.all(found.map((one) => targetOf(platform, one)))
}

/** One of them; undefined when it is not live or takes nobody. */
export async function target(platform: Platform, system: string): Promise<Target | undefined> {
  const found = await transact(platform.database.app, cityScope, (db) =>
    row(db, sql<Row>`${live} and id = ${system}`),
  )
  return found && targetOf(platform, found)
}

async function targetOf(platform: Platform, { id, agency, uri, sealed_scim: sealed }: Row) {
  const tree = await directory({ db: platform.database.app, city: platform.city })
  return {
    system: id,
    uri: uri.replace(/\/+$/, ''),
    secret: sealed === null ? null : unseal(platform.config.secret, sealed),
    agencies: tree.subtree(agency),
  }
}
