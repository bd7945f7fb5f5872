import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'

type Unique = { login: string; email: string; externalId?: string | null | undefined }

/**
 * Refuses, beside its field, a login, an address or an external id that someone but `self` has:
 * beneath every row's rights, since a name is taken wherever it is taken, and no more is said.
 */
export async function mustBeFree(ctx: Ctx, given: Unique, self = ''): Promise<void> {
  const found = await row(
    ctx.db,
    sql<{ login_taken: boolean; email_taken: boolean; external_taken: boolean }>`
      select * from identity.staff_taken(${given.login}, ${given.email},
        ${given.externalId ?? null}, ${self})`,
  )
  const taken = (zh: string, en: string): Text => ({ zh: `已經有人用這個${zh}。`, en })
  const problems = {
    ...(found?.login_taken && { login: taken('帳號', 'Someone has this login.') }),
    ...(found?.email_taken && { email: taken('電子郵件', 'Someone has this address.') }),
    ...(found?.external_taken && {
      externalId: taken('外部代碼', 'Someone has this external id.'),
    }),
  }
  if (Object.keys(problems).length > 0) throw invalid(problems)
}
