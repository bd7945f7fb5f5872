import { sql } from 'kysely'
import type { Ctx, Grant } from '../../core/context.ts'
import { type Db, rows } from '../../core/db.ts'
import type { Text } from '../../core/i18n.ts'

export type Agency = {
  readonly id: string
  readonly name: Text
  readonly parent: string | null
  readonly kind: string
  /** Outside the city: cases can be forwarded to it, nobody of it signs in. */
  readonly external: boolean
}

/** The agencies as a tree, read once per question; a few hundred rows. */
export type Directory = {
  readonly all: readonly Agency[]
  readonly get: (id: string) => Agency | undefined
  readonly name: (id: string | null) => Text
  /** The agency and everything below it. */
  readonly subtree: (id: string) => readonly string[]
}

type Row = {
  id: string
  name_zh: string
  name_en: string
  parent: string | null
  kind: string
  external: boolean
}

/** Reads the tree from the database. */
export async function readDirectory(db: Db): Promise<Directory> {
  const found = await rows(db, sql<Row>`select * from identity.agency order by id`)
  return directoryOf(found.map((r) => ({ ...r, name: { zh: r.name_zh, en: r.name_en } })))
}

/** Makes the tree of a list of agencies; pure. */
export function directoryOf(all: readonly Agency[]): Directory {
  const byId = new Map(all.map((agency) => [agency.id, agency]))
  const children = Map.groupBy(all, (agency) => agency.parent)
  const subtree = (id: string): string[] => [
    id,
    ...(children.get(id) ?? []).flatMap((child) => subtree(child.id)),
  ]
  return {
    all,
    get: (id) => byId.get(id),
    name: (id) => (id === null ? none : (byId.get(id)?.name ?? { zh: id, en: id })),
    subtree,
  }
}

const none: Text = { zh: '尚未分派', en: 'not yet assigned' }

/** A role's rights, from the city pack. */
export type RoleRights = readonly { permission: string; scope: Grant['scope'] }[]

/** Spreads a role held at an agency into grants with the agencies each reaches. */
export function grantsOf(directory: Directory, rights: RoleRights, agency: string): Grant[] {
  return rights.map(({ permission, scope }) => ({
    permission,
    scope,
    agencies: scope === 'subtree' ? directory.subtree(agency) : scope === 'agency' ? [agency] : [],
  }))
}

const perDatabase = new WeakMap<object, Promise<Directory>>()

/** The directory of a running operation, kept until `forgetDirectory`. */
export function directory(ctx: Pick<Ctx, 'db' | 'city'>): Promise<Directory> {
  const known = perDatabase.get(ctx.city)
  if (known) return known
  const reading = readDirectory(ctx.db)
  perDatabase.set(ctx.city, reading)
  reading.catch(() => perDatabase.delete(ctx.city))
  return reading
}

/** Call after an agency changed. */
export const forgetDirectory = (ctx: Pick<Ctx, 'city'>): void => {
  perDatabase.delete(ctx.city)
}
