import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Actor, Ctx, Grant } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { forbidden, invalid, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'
import { operation, scopeFor } from '../../core/operation.ts'
import { type Directory, directory, grantsOf, type RoleRights } from './directory.ts'
import { cityRoles } from './pack.ts'
import { mustBeFree } from './staff-taken.ts'

/** A member of staff, with the roles that they hold and where. */
export type StaffMember = {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly email: string | null
  readonly agency: string
  readonly active: boolean
  /** What the directory that provisions them calls them; null for none. */
  readonly external_id: string | null
  readonly changed_at: Date
  readonly roles: readonly Held[]
}

export type Held = { readonly role: string; readonly agency: string }

const permission = 'identity.delegate'

/** The queue that hears of each member of staff who began, changed, moved, left or returned. */
export const staffChanged = 'identity.staff-changed'

const select = sql`select s.*, coalesce((select jsonb_agg(jsonb_build_object('role', g.role,
    'agency', g.agency) order by g.role, g.agency) from identity.role_grant g where g.staff = s.id),
    '[]') as roles from identity.staff s`

/** The staff of some agencies (of all where `agencies` is null), by agency and name. */
export const staffOfAgencies = (
  ctx: Ctx,
  agencies: readonly string[] | null,
  q = '',
): Promise<StaffMember[]> => {
  const like = `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`
  return rows(
    ctx.db,
    sql<StaffMember>`${select}
      where (${agencies === null} or s.agency = any (${agencies ?? []}::text[]))
        and (${q.trim() === ''} or s.name ilike ${like} or s.login ilike ${like})
      order by s.active desc, s.agency, s.login limit 500`,
  )
}

/** A member of staff by id, gone or not; undefined when there is none. */
export const staffById = (ctx: Pick<Ctx, 'db'>, id: string): Promise<StaffMember | undefined> =>
  row(ctx.db, sql<StaffMember>`${select} where s.id::text = ${id}`)

const person = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  email: Type.String({ maxLength: 200, format: 'email' }),
  agency: Type.String({ maxLength: 60 }),
  externalId: Type.Optional(Type.String({ maxLength: 200 })),
}

export const newStaffInput = Type.Object({
  login: Type.String({ pattern: '^[a-z0-9][a-z0-9._@-]{1,99}$', maxLength: 100 }),
  ...person,
})

/**
 * Someone begins at an agency in the actor's reach: with an account but without a password, which
 * they choose by the link that “forgot password” sends, and without any role. Refuses a login or an
 * address that someone has.
 */
export const addStaff = operation({
  name: 'identity.add-staff',
  title: { zh: '新增同仁', en: 'Add a member of staff' },
  permission,
  input: newStaffInput,
  run: async (ctx, input) => {
    await mustReachAgency(ctx, input.agency)
    await mustBeFree(ctx, input)
    const id = randomUUID()
    // The agency answers for the address, so that it can be used to choose a password.
    await sql`insert into identity.account (id, kind, login, name, email, email_verified_at,
        created_at) values (${id}, 'staff', ${input.login}, ${input.name}, ${input.email},
        ${ctx.now}, ${ctx.now})`.execute(ctx.db)
    await sql`insert into identity.staff (id, login, name, email, agency, external_id, changed_at)
      values (${id}, ${input.login}, ${input.name}, ${input.email}, ${input.agency},
        ${input.externalId ?? null}, ${ctx.now})`.execute(ctx.db)
    await note(ctx, id, 'added', { agency: input.agency })
    return { id }
  },
})

const changeInput = Type.Object({
  id: Type.String({ maxLength: 40 }),
  ...person,
  /** Null takes it away; who leaves it out leaves it. */
  externalId: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
})

/**
 * Changes name, address or agency. Whoever moves to another agency leaves every role behind: what
 * they may do there is decided there.
 */
export const changeStaff = operation({
  name: 'identity.change-staff',
  title: { zh: '變更同仁資料', en: 'Change a member of staff' },
  permission,
  input: changeInput,
  run: async (ctx, input) => {
    const held = await inReach(ctx, input.id)
    await mustReachAgency(ctx, input.agency)
    await mustBeFree(ctx, { ...input, login: held.login }, input.id)
    const moved = held.agency !== input.agency
    if (moved) for (const one of held.roles) await take(ctx, held, one)
    // A new address is proven by the agency; links to the old one open nothing.
    await sql`update identity.account set name = ${input.name}, email = ${input.email},
      email_verified_at = ${ctx.now} where id = ${held.id}`.execute(ctx.db)
    await sql`update identity.staff set name = ${input.name}, email = ${input.email},
      agency = ${input.agency},
      external_id = ${input.externalId === undefined ? held.external_id : input.externalId},
      changed_at = ${ctx.now} where id = ${held.id}`.execute(ctx.db)
    await note(ctx, held.id, moved ? 'moved' : 'changed', { agency: input.agency })
  },
})

const one = Type.Object({ id: Type.String({ maxLength: 40 }) })

/**
 * Someone leaves: every role, credential and session ends at once; records of what they did stay
 * under their name. Refuses the actor's own account.
 */
export const endStaff = operation({
  name: 'identity.end-staff',
  title: { zh: '同仁離職', en: 'A member of staff leaves' },
  permission,
  input: one,
  run: async (ctx, { id }) => {
    const held = await inReach(ctx, id)
    if (id === ctx.actor.id) throw own()
    for (const role of held.roles) await take(ctx, held, role)
    await sql`select identity.end_credentials(${id}::uuid, ${ctx.now})`.execute(ctx.db)
    await sql`delete from identity.session where account = ${id}`.execute(ctx.db)
    await sql`update identity.account set closed_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
    await sql`update identity.staff set active = false, changed_at = ${ctx.now}
      where id = ${id}`.execute(ctx.db)
    await note(ctx, id, 'left', { agency: held.agency })
  },
})

/** Someone who left comes back: to the same account, without a role and without a password. */
export const returnStaff = operation({
  name: 'identity.return-staff',
  title: { zh: '同仁回任', en: 'A member of staff returns' },
  permission,
  input: one,
  run: async (ctx, { id }) => {
    const held = await inReach(ctx, id)
    await sql`update identity.account set closed_at = null where id = ${id}`.execute(ctx.db)
    await sql`update identity.staff set active = true, changed_at = ${ctx.now}
      where id = ${id}`.execute(ctx.db)
    await note(ctx, id, 'returned', { agency: held.agency })
  },
})

const grantInput = Type.Object({
  id: Type.String({ maxLength: 40 }),
  role: Type.String({ maxLength: 60 }),
  agency: Type.String({ maxLength: 60 }),
})

/**
 * Grants a role at an agency. Nobody grants more than they hold: each right of the role must be the
 * actor's own, as far. Refuses granting to oneself.
 */
export const grantRole = operation({
  name: 'identity.grant-role',
  title: { zh: '授予角色', en: 'Grant a role' },
  permission,
  input: grantInput,
  run: async (ctx, { id, role, agency }) => {
    const held = await inReach(ctx, id)
    await mustDecide(ctx, { id, role, agency })
    if (!held.active)
      throw new Refused('staff.left', 409, { zh: '這位同仁已離職。', en: 'They have left.' })
    await sql`insert into identity.role_grant (staff, role, agency)
      values (${id}, ${role}, ${agency}) on conflict do nothing`.execute(ctx.db)
    await note(ctx, id, 'role-granted', { role, agency })
  },
})

/** Takes a role back; whoever could grant it may. */
export const withdrawRole = operation({
  name: 'identity.withdraw-role',
  title: { zh: '收回角色', en: 'Withdraw a role' },
  permission,
  input: grantInput,
  run: async (ctx, { id, role, agency }) => {
    const held = await inReach(ctx, id)
    await mustDecide(ctx, { id, role, agency })
    await take(ctx, held, { role, agency })
  },
})

async function take(ctx: Ctx, { id }: StaffMember, { role, agency }: Held): Promise<void> {
  await sql`delete from identity.role_grant
    where staff = ${id} and role = ${role} and agency = ${agency}`.execute(ctx.db)
  await note(ctx, id, 'role-withdrawn', { role, agency })
}

/** The roles that an actor may grant at an agency. */
export async function grantableRoles(ctx: Ctx, agency: string): Promise<readonly string[]> {
  const tree = await directory(ctx)
  if (!reaches(ctx.actor, agency)) return []
  return Object.entries(cityRoles(ctx.city))
    .filter(([, { permissions }]) => mayGrant(ctx.actor, tree, permissions, agency))
    .map(([role]) => role)
}

/** Whether an actor holds every right of a role at an agency, as far as the role reaches. Pure. */
export function mayGrant(
  actor: Actor,
  tree: Directory,
  rights: RoleRights,
  agency: string,
): boolean {
  if (actor.kind === 'system') return true
  return grantsOf(tree, rights, agency).every((wanted) =>
    actor.grants.some((held) => covers(held, wanted)),
  )
}

const covers = (held: Grant, wanted: Grant): boolean => {
  if (held.permission !== wanted.permission) return false
  if (held.scope === 'city' || wanted.scope === 'own') return true
  if (held.scope === 'own' || wanted.scope === 'city') return false
  return wanted.agencies.every((agency) => held.agencies.includes(agency))
}

async function mustDecide(ctx: Ctx, { id, role, agency }: Static<typeof grantInput>) {
  if (id === ctx.actor.id) throw own()
  if (!(await grantableRoles(ctx, agency)).includes(role))
    throw new Refused('staff.more-than-held', 403, {
      zh: '不能授予或收回自己沒有的權限。請由持有這個角色的主管辦理。',
      en: 'Nobody grants or withdraws more than they hold. Ask someone who holds this role.',
    })
}

const reaches = (actor: Actor, agency: string): boolean => {
  const { scope, agencies } = scopeFor(actor, permission)
  return scope === 'city' || agencies.includes(agency)
}

async function mustReachAgency(ctx: Ctx, agency: string): Promise<void> {
  const known = (await directory(ctx)).get(agency)
  if (!known || known.external)
    throw invalid({ agency: { zh: '沒有這個機關。', en: 'There is no such agency.' } })
  if (!reaches(ctx.actor, agency)) throw forbidden()
}

async function inReach(ctx: Ctx, id: string): Promise<StaffMember> {
  const held = await staffById(ctx, id)
  if (!held || !reaches(ctx.actor, held.agency)) throw notFound(someone)
  await sql`select from identity.staff where id = ${held.id} for update`.execute(ctx.db)
  return held
}

const someone: Text = { zh: '這位同仁', en: 'this member of staff' }

const own = () =>
  new Refused('staff.own', 403, {
    zh: '自己的角色和在職狀態要由別人處理。',
    en: 'Your own roles and employment are for someone else to change.',
  })

async function note(ctx: Ctx, id: string, what: string, data: Readonly<Record<string, string>>) {
  await record(ctx, {
    record: id,
    type: `identity.staff-${what}`,
    ...(data.agency && { agency: data.agency }),
    data,
  })
  if (!what.startsWith('role-')) await ctx.enqueue(staffChanged, { id })
}
