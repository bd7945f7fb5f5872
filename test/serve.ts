import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { projectFolder } from '../src/core/config.ts'
import type { Platform } from '../src/core/context.ts'
import { answerErrors, openHttp } from '../src/core/http.ts'

/** Listens with some routes on a free port of this machine; closed after the file. */
export async function serve(
  platform: Platform,
  mount: (app: FastifyInstance, platform: Platform) => void,
): Promise<{ app: FastifyInstance; origin: string }> {
  const { app } = await openHttp(platform.config, 'test')
  answerErrors(app, async (_request, _reply, refused) => refused.text.zh)
  mount(app, platform)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  after(() => app.close())
  return { app, origin }
}

/**
 * A file of the folder that TAKAO_SHARED names, else of `../shared`: other people's data, which is
 * not part of this project. Undefined where there is none; the test then says so and is skipped.
 */
export function sharedFile(name: string): string | undefined {
  const folder = process.env.TAKAO_SHARED ?? resolve(projectFolder, '../shared')
  const path = join(folder, 'data', name)
  return existsSync(path) ? path : undefined
}
