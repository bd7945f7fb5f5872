import { Refused } from '../../../core/errors.ts'
import type { Errors } from '../../../web/components/fields.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { isConfirmed, levelToChange, ownCredentials } from './guard.ts'

/** The page of all own ways to sign in. */
export const waysPath = '/account/methods'

/** A page that asks to confirm who it is first, then comes back to `path`. */
export const confirmedPage = (
  method: 'GET' | 'POST',
  path: string,
  run: Page['run'],
  back = path,
): Page => ({
  method,
  path,
  permission: 'account',
  run: async (visit) => (await confirmFirst(visit, back)) ?? run(visit),
})

async function confirmFirst(visit: Visit, back: string): Promise<Answer | undefined> {
  const level = await visit.read('account', async (ctx) =>
    (await isConfirmed(ctx)) ? undefined : levelToChange(await ownCredentials(ctx)),
  )
  if (level === undefined) return undefined
  const path = back.replace(':id', encodeURIComponent(visit.params.id ?? ''))
  const query = { fresh: '1', level: `aal${level}`, back: visit.view.href(path) }
  return { to: `/sign-in?${new URLSearchParams(query)}` }
}

/** What a refusal says beside the fields of a form; other errors go on. */
export function errorsOf(error: unknown, field: string): Errors {
  if (!(error instanceof Refused)) throw error
  return Object.keys(error.fields).length > 0 ? error.fields : { [field]: error.text }
}
