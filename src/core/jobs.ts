import { PgBoss } from 'pg-boss'
import type { Platform } from './context.ts'
import type { Database } from './db.ts'

/** Work outside a request: sent by `ctx.enqueue`, or by the clock when it has a cron line. */
export type Job = {
  readonly queue: string
  /** Five fields, Asia/Taipei. */
  readonly cron?: string
  /** Tries after the first, with growing pauses of `retrySeconds`, doubled each time. */
  readonly retries?: number
  readonly retrySeconds?: number
  readonly run: (platform: Platform, job: Readonly<Record<string, unknown>>) => Promise<void>
}

/** Makes pg-boss over the platform's database; its schema belongs to the owner. */
export async function openBoss(database: Database, supervise: boolean): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: database.url,
    max: 4,
    schema: 'pgboss',
    supervise,
    schedule: supervise,
    useListenNotify: supervise,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', () => {})
  await boss.start()
  await database.owner.query(`
    grant usage on schema pgboss to takao_app;
    grant select, insert, update, delete on all tables in schema pgboss to takao_app;
    grant usage on all sequences in schema pgboss to takao_app;
    grant execute on all functions in schema pgboss to takao_app`)
  return boss
}

/** Makes the queues known, so that operations may send to them. */
export async function declareQueues(boss: PgBoss, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) {
    await boss.createQueue(job.queue, {
      retryLimit: job.retries ?? 3,
      retryDelay: job.retrySeconds ?? 5,
      retryBackoff: true,
      notify: true,
    })
  }
}

/** Starts a worker for each job and sets its schedule. */
export async function startWorkers(platform: Platform, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) {
    // A new job wakes its worker, a retry does not: it is found by looking as often as it pauses.
    const look = Math.max(0.5, job.retrySeconds ?? 30)
    const manner = {
      // One job a fetch: a failure retries that job alone, never its neighbours.
      ...{ batchSize: 1, localConcurrency: 2 },
      ...{ pollingIntervalSeconds: Math.min(2, look), notifyPollingIntervalSeconds: look },
    }
    await platform.boss.work(job.queue, manner, async (batch) => {
      for (const one of batch) await job.run(platform, (one.data ?? {}) as Record<string, unknown>)
    })
    if (job.cron) await platform.boss.schedule(job.queue, job.cron, {}, { tz: 'Asia/Taipei' })
  }
}
