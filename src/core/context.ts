import type { FastifyBaseLogger } from 'fastify'
import type { PgBoss } from 'pg-boss'
import type { City } from './city.ts'
import type { Config } from './config.ts'
import type { Database, Db } from './db.ts'
import type { Files } from './files.ts'
import type { Locale } from './i18n.ts'

/**
 * What a permission reaches: the agencies it was granted for, already spread over their subtree.
 */
export type Grant = {
  readonly permission: string
  readonly scope: 'own' | 'agency' | 'subtree' | 'city'
  readonly agencies: readonly string[]
}

/**
 * Who acts. `public` anyone; `holder` someone who holds the secrets of cases; `citizen` someone who
 * signed in; `staff` an officer with grants; `system` the platform's own jobs. `id` is a pseudonym:
 * it may stand in the chain.
 */
export type Actor = {
  readonly kind: 'public' | 'holder' | 'citizen' | 'staff' | 'system'
  readonly id: string
  readonly name: string
  readonly agency: string | null
  readonly grants: readonly Grant[]
  readonly secrets: readonly string[]
  /** How sure their sign-in was, 1 to 4; absent where nobody signed in. */
  readonly level?: number
  /** When they last confirmed, at that level, that it is them; absent where nobody asked. */
  readonly confirmedAt?: Date | null
}

/** Everything an operation may use. Always the first parameter; nothing is ambient. */
export type Ctx = {
  readonly db: Db
  readonly actor: Actor
  readonly now: Date
  readonly city: City
  readonly locale: Locale
  readonly files: Files
  readonly config: Config
  readonly log: FastifyBaseLogger
  /** How many events this operation wrote; a change without one is a bug. */
  readonly recorded: { count: number }
  /** Queues a job in the same transaction: it runs if and only if the operation commits. */
  readonly enqueue: (queue: string, job: object) => Promise<void>
}

/** The running platform: what outlives a transaction. */
export type Platform = {
  readonly config: Config
  readonly database: Database
  readonly city: City
  readonly files: Files
  readonly boss: PgBoss
  readonly log: FastifyBaseLogger
  /** The clock. The demo replays a half-year by giving `perform` its own `now`. */
  readonly now: () => Date
}

/** Anyone at all. */
export const publicActor: Actor = {
  kind: 'public',
  id: 'public',
  name: '',
  agency: null,
  grants: [],
  secrets: [],
}

/** The platform itself: jobs, seeds, imports. Sees the whole city. */
export const systemActor = (name: string): Actor => ({
  kind: 'system',
  id: `system:${name}`,
  name,
  agency: null,
  grants: [],
  secrets: [],
})
