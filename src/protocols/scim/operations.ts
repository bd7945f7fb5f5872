import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { operation } from '../../core/operation.ts'
import { check } from '../../core/schema.ts'
import { directory } from '../../kernel/identity/directory.ts'
import {
  addStaff,
  changeStaff,
  endStaff,
  newStaffInput,
  returnStaff,
} from '../../kernel/identity/staff.ts'
import { scimRefused } from './errors.ts'
import { personById, removedPerson } from './find.ts'
import { patched } from './patch.ts'
import { type Person, userOf, type Wanted, wantedOf } from './user.ts'

const permission = 'identity.delegate'
const body = Type.Record(Type.String(), Type.Unknown())

/** Who stands there afterwards, and whether their account ended by this step. */
export type Written = { readonly person: Person; readonly ended: boolean }

/**
 * A directory adds somebody: with an account, without a role. Whom it deleted comes back to the
 * account they had, if it is the same person to the directory. Refuses 409 for a login, an address
 * or an external id that someone has.
 */
export const createUser = operation({
  name: 'scim.create-user',
  title: { zh: '目錄新增同仁', en: 'A directory adds a member of staff' },
  permission,
  input: Type.Object({ user: body }),
  run: async (ctx, { user }): Promise<Written> => {
    const wanted = wantedOf(user, await directory(ctx))
    const input = addable(wanted)
    const before = await removedPerson(ctx, wanted.login)
    const same = before !== undefined && before.external_id === wanted.externalId
    if (before && same) {
      await returnStaff.run(ctx, { id: before.id })
      return apply(ctx, { ...before, active: true }, wanted)
    }
    const { id } = await unique(addStaff.run(ctx, input))
    if (!wanted.active) await endStaff.run(ctx, { id })
    return { person: await personById(ctx, id), ended: false }
  },
})

type Input = Static<typeof newStaffInput>

/** What is wanted as our own form checks it. Refuses each field that does not fit. */
const addable = ({ login, name, email, agency, externalId }: Wanted): Input =>
  check(newStaffInput, { login, name, email, agency, ...(externalId !== null && { externalId }) })

/**
 * A directory changes somebody: by the whole User (PUT) or by a list of changes (PATCH). `match` is
 * the version that it saw; refuses 412 for another. Never grants a role.
 */
export const changeUser = operation({
  name: 'scim.change-user',
  title: { zh: '目錄變更同仁', en: 'A directory changes a member of staff' },
  permission,
  input: Type.Object({
    id: Type.String({ maxLength: 200 }),
    by: Type.Union([Type.Literal('user'), Type.Literal('patch')]),
    body,
    match: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
  run: async (ctx, { id, by, body: given, match }): Promise<Written> => {
    const held = await personById(ctx, id, true)
    mustMatch(held, match)
    const tree = await directory(ctx)
    const user = by === 'user' ? given : await patched(held, given)
    const wanted = wantedOf(user, tree, held)
    addable(wanted)
    return apply(ctx, held, wanted)
  },
})

/**
 * A directory deletes somebody: the account ends, what they did stays under their name, and every
 * directory finds nobody under this id any more (RFC 7644, section 3.6).
 */
export const removeUser = operation({
  name: 'scim.remove-user',
  title: { zh: '目錄刪除同仁', en: 'A directory deletes a member of staff' },
  permission,
  input: Type.Object({
    id: Type.String({ maxLength: 200 }),
    match: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
  run: async (ctx, { id, match }): Promise<Written> => {
    const held = await personById(ctx, id, true)
    mustMatch(held, match)
    await endStaff.run(ctx, { id: held.id })
    await sql`insert into scim.removed (staff, at) values (${held.id}, ${ctx.now})
      on conflict (staff) do update set at = excluded.at`.execute(ctx.db)
    return { person: { ...held, active: false }, ended: true }
  },
})

async function apply(ctx: Ctx, held: Person, wanted: Wanted): Promise<Written> {
  const { id } = held
  if (wanted.active && !held.active) await returnStaff.run(ctx, { id })
  const { name, email, agency, externalId } = wanted
  const same =
    held.name === name &&
    held.email === email &&
    held.agency === agency &&
    held.external_id === externalId
  if (!same) await unique(changeStaff.run(ctx, { id, name, email, agency, externalId }))
  const ended = held.active && !wanted.active
  if (ended) await endStaff.run(ctx, { id })
  if (ctx.recorded.count === 0) ctx.recorded.count++ // everything was as it should be
  return { person: await personById(ctx, id), ended }
}

/** After the fields were checked, our own steps refuse one thing beside a field: it is taken. */
async function unique<T>(step: Promise<T>): Promise<T> {
  try {
    return await step
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'invalid') throw error
    const { zh, en } = Object.values(error.fields)[0] ?? error.text
    throw scimRefused('uniqueness', zh, en)
  }
}

/** Tags are compared weakly: they say what a User shows, not how it is written. */
function mustMatch(held: Person, match: string | undefined): void {
  if (match === undefined || match.trim() === '*') return
  const strong = (tag: string) => tag.trim().replace(/^W\//, '')
  if (
    match
      .split(',')
      .map(strong)
      .includes(strong(userOf('', held).meta.version))
  )
    return
  throw new Refused('scim.version', 412, {
    zh: '您看過之後資料又改了，請重新讀取。',
    en: 'This changed after you read it. Read it again.',
  })
}
