import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { checkpointJobs } from './core/checkpoint.ts'
import { openCity } from './core/city.ts'
import type { Config } from './core/config.ts'
import { type Platform, systemActor } from './core/context.ts'
import { openDatabase } from './core/db.ts'
import { openFiles } from './core/files.ts'
import { declareQueues, type Job, openBoss } from './core/jobs.ts'
import { migrate } from './core/migrate.ts'
import { coreMigrations } from './core/migrations.ts'
import { type Operation, perform } from './core/operation.ts'
import { bookingsMigrations } from './kernel/bookings/migrations.ts'
import { calendarMigrations, calendarOperations, seedCalendar } from './kernel/calendar/store.ts'
import { digestJob, settleWatch, watchArea } from './kernel/cases/area-watch.ts'
import { escalationJob } from './kernel/cases/escalate.ts'
import { leaveCase } from './kernel/cases/followers.ts'
import { dismissInteraction, fileInteraction } from './kernel/cases/interactions-desk.ts'
import { mailJob } from './kernel/cases/mail/poll.ts'
import { casesMigrations } from './kernel/cases/migrations.ts'
import { caseOperations } from './kernel/cases/operations.ts'
import { surveyJob } from './kernel/cases/survey.ts'
import { recomputeJobs } from './kernel/cases/sweep.ts'
import { retireTemplate, saveTemplate } from './kernel/cases/templates.ts'
import { figuresMigrations } from './kernel/figures/migrations.ts'
import { formsJobs, formsMigrations } from './kernel/forms/drafts.ts'
import { whoAmI } from './kernel/identity/me.ts'
import { identityMigrations } from './kernel/identity/migrations.ts'
import { seedAgencies } from './kernel/identity/seed.ts'
import { identityJobs } from './kernel/identity/sessions.ts'
import { knowledgeMigrations } from './kernel/knowledge/migrations.ts'
import { knowledgeOperations } from './kernel/knowledge/operations.ts'
import { messageJobs, messageOperations, messagesMigrations } from './kernel/messages/messages.ts'
import { endOthersJob } from './protocols/oidc/end-others.ts'
import { keyJob, rotateKeys } from './protocols/oidc/keys.ts'
import { deliverLogout, sweepEntities } from './protocols/oidc/logout.ts'
import { oidcMigrations } from './protocols/oidc/migrations.ts'
import { endKey, issueKey, open311Migrations } from './protocols/open311/keys.ts'
import { scimMigrations } from './protocols/scim/migrations.ts'
import { deliverPerson } from './protocols/scim/out/deliver.ts'
import { resyncSystem, resyncTarget, spreadChange } from './protocols/scim/out/note.ts'
import { systems } from './systems.ts'

/** Every schema's migrations, kernels before systems. */
export const migrations = [
  coreMigrations,
  identityMigrations,
  calendarMigrations,
  messagesMigrations,
  formsMigrations,
  bookingsMigrations,
  knowledgeMigrations,
  casesMigrations,
  figuresMigrations,
  open311Migrations,
  oidcMigrations,
  ...systems.flatMap((system) => system.migrations ?? []),
  // After the systems: its rows belong to those of single sign-on.
  scimMigrations,
]

/** Every operation that has a route. */
export const operations: readonly Operation[] = [
  ...messageOperations,
  ...calendarOperations,
  ...knowledgeOperations,
  whoAmI,
  leaveCase,
  fileInteraction,
  dismissInteraction,
  watchArea,
  settleWatch,
  saveTemplate,
  retireTemplate,
  issueKey,
  endKey,
  resyncSystem,
  ...systems.flatMap((system) => [
    ...(system.operations ?? []),
    ...(system.cases ?? []).flatMap((type) => caseOperations(type)),
  ]),
]

/** Every job, of the core, the kernels and the systems. */
export const jobs: readonly Job[] = [
  ...checkpointJobs,
  ...identityJobs,
  keyJob,
  deliverLogout,
  endOthersJob,
  sweepEntities,
  spreadChange,
  resyncTarget,
  deliverPerson,
  ...messageJobs,
  ...formsJobs,
  ...recomputeJobs,
  escalationJob,
  mailJob(systems.flatMap((system) => system.cases ?? [])),
  surveyJob,
  digestJob,
  ...systems.flatMap((system) => system.jobs ?? []),
]

/** Brings the database up to date. `serves` starts the job queue's own upkeep. */
export async function openPlatform(
  config: Config,
  url: string,
  log: FastifyBaseLogger,
  serves: { readonly supervise: boolean; readonly now?: () => Date },
): Promise<Platform> {
  await migrate(url, migrations)
  const database = openDatabase(url)
  const boss = await openBoss(database, serves.supervise)
  await declareQueues(boss, jobs)
  const platform: Platform = {
    config,
    database,
    city: openCity(config.TAKAO_CITY),
    files: openFiles(join(config.TAKAO_DATA, 'files'), config.secret),
    boss,
    log,
    now: serves.now ?? (() => new Date()),
  }
  const seeder = systemActor('seed')
  await perform(platform, seedAgencies, seeder, {})
  await perform(platform, seedCalendar, seeder, {})
  for (const seed of systems.flatMap((system) => system.seeds ?? []))
    await perform(platform, seed, seeder, {})
  await rotateKeys(platform)
  return platform
}

/** Closes everything in the order it was opened, last first. */
export async function closePlatform(platform: Platform): Promise<void> {
  await platform.boss.stop({ graceful: true, timeout: 5000 })
  await platform.database.close()
}
