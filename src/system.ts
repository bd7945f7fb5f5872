import type { FastifyInstance } from 'fastify'
import type { Platform } from './core/context.ts'
import type { Text } from './core/i18n.ts'
import type { Job } from './core/jobs.ts'
import type { Migrations } from './core/migrate.ts'
import type { Operation } from './core/operation.ts'
import type { ActorOf } from './core/routes.ts'
import type { CaseType } from './kernel/cases/define.ts'
import type { Numbered } from './kernel/cases/pages/numbered.ts'
import type { Figure, MissingFigure } from './kernel/figures/figure.ts'
import type { Page } from './web/pages.ts'

/** A link in the menus: of citizens, or of staff who hold the permission. */
export type MenuEntry = {
  readonly href: string
  readonly label: Text
  readonly permission: string
}

/**
 * The permission that each topic of live lists needs, by the topic's name. `bookings:*` is any that
 * begins so, `calls:own` the one that ends with the id of whoever listens.
 */
export type Topics = Readonly<Record<string, string>>

/**
 * One system of the city hall: one folder under src/systems and one line in systems.ts. Everything
 * it adds to the platform stands here; nothing else is edited.
 */
export type System = {
  readonly name: string
  readonly title: Text
  /** Its section in the requirement document. */
  readonly section: string
  /** What may be granted, in words. */
  readonly permissions: Readonly<Record<string, Text>>
  readonly migrations?: Migrations
  /** Performed at each start: bring what the city pack declares into records. */
  readonly seeds?: readonly Operation[]
  readonly cases?: readonly CaseType[]
  /** Records of its own, beside cases, that people search by their numbers. */
  readonly numbered?: readonly Numbered[]
  readonly operations?: readonly Operation[]
  readonly figures?: readonly (Figure | MissingFigure)[]
  readonly topics?: Topics
  readonly jobs?: readonly Job[]
  readonly pages?: readonly Page[]
  readonly menu?: readonly MenuEntry[]
  /** Routes of a protocol that this system alone speaks. */
  readonly routes?: (app: FastifyInstance, platform: Platform, actorOf: ActorOf) => void
}

/** Declares a system. */
export const defineSystem = (system: System): System => system
