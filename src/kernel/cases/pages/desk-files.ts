import { sql } from 'kysely'
import { row } from '../../../core/db.ts'
import { notFound } from '../../../core/errors.ts'
import { may } from '../../../core/operation.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { CaseType } from '../define.ts'

/** The refusal of a file that is not there, or not for this reader. */
export const missingFile = () => notFound({ zh: '這個檔案', en: 'this file' })

/** An upload of a form that is not sent yet: only who holds its signed name sees it. */
export async function draftFile(visit: Visit): Promise<Answer> {
  const sha = visit.platform.files.fromToken(visit.params.token ?? '')
  if (!sha) throw missingFile()
  return send(visit, sha)
}

/** A file of a case, for whoever may see the case: its officers, or who holds its code. */
export async function keptFile(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const sha = visit.params.sha ?? ''
  if (!(await mayReadFile(types, visit, sha))) throw missingFile()
  return send(visit, sha)
}

/** Whether the visitor may see a case that holds the file. */
export async function mayReadFile(
  types: readonly CaseType[],
  visit: Visit,
  sha: string,
): Promise<boolean> {
  const ways = [
    { permission: 'public', kinds: types.map(({ kind }) => kind) },
    ...types.map(({ readBy, kind }) => ({ permission: readBy, kinds: [kind] })),
  ]
  for (const { permission, kinds } of ways.filter((way) => may(visit.actor, way.permission))) {
    const found = await visit.read(permission, (ctx) =>
      row(
        ctx.db,
        sql`select from cases.attachment a join cases.case c on c.id = a.case_id
          where a.sha256 = ${sha} and c.kind = any (${kinds}::text[]) limit 1`,
      ),
    )
    if (found) return true
  }
  return false
}

async function send({ platform, read, reply }: Visit, sha: string): Promise<Answer> {
  const file = await read('public', (ctx) =>
    row(ctx.db, sql<{ type: string }>`select type from core.file where sha256 = ${sha}`),
  )
  if (!file) throw missingFile()
  reply.header('cache-control', 'private, max-age=600')
  reply.header('content-disposition', 'inline')
  return { body: platform.files.open(sha), type: file.type }
}
