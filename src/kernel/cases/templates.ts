import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { forbidden, notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation, scopeFor } from '../../core/operation.ts'

/** Words that an agency says often. `agency` null: the whole city's. */
export type Template = {
  readonly id: string
  readonly kind: string
  readonly step: string
  readonly agency: string | null
  readonly title: string
  readonly body: string
}

/** The templates in the actor's reach, for one kind and step when given, by title. */
export const templatesFor = (ctx: Ctx, kind?: string, step?: string): Promise<Template[]> =>
  rows(
    ctx.db,
    sql<Template>`select id, kind, step, agency, title, body from cases.template
      where retired_at is null and (${kind ?? null}::text is null or kind = ${kind ?? null})
        and (${step ?? null}::text is null or step = ${step ?? null})
      order by kind, step, title`,
  )

/** What a template may name of a case, in braces. */
export const templateNames = ['案號', '主旨', '機關', '地點'] as const

/** A template with the facts of a case in place of the names in braces. */
export const fillTemplate = (
  body: string,
  facts: Readonly<Record<(typeof templateNames)[number], string>>,
): string => templateNames.reduce((text, name) => text.replaceAll(`{${name}}`, facts[name]), body)

/** Writes a template anew or over an earlier one; the earlier words stay in the event's digest. */
export const saveTemplate = operation({
  name: 'cases.save-template',
  title: { zh: '儲存範本', en: 'Save a template' },
  permission: 'cases.template',
  input: Type.Object({
    id: Type.Optional(Type.String({ maxLength: 40 })),
    kind: Type.String({ minLength: 1, maxLength: 60 }),
    step: Type.String({ minLength: 1, maxLength: 60 }),
    title: Type.String({ minLength: 2, maxLength: 80 }),
    body: Type.String({ minLength: 4, maxLength: 4000 }),
    city: Type.Boolean({ default: false, description: 'for the whole city, not the agency alone' }),
  }),
  run: async (ctx, { id: given, kind, step, title, body, city }) => {
    const reach = scopeFor(ctx.actor, 'cases.template')
    if (city && reach.scope !== 'city') throw forbidden()
    const agency = city ? null : ctx.actor.agency
    const id = given || randomUUID()
    const saved = await row(
      ctx.db,
      sql`insert into cases.template (id, kind, step, agency, title, body, changed_at)
        values (${id}, ${kind}, ${step}, ${agency}, ${title}, ${body}, ${ctx.now})
        on conflict (id) do update set kind = excluded.kind, step = excluded.step,
          title = excluded.title, body = excluded.body, changed_at = excluded.changed_at
        returning id`,
    )
    if (!saved) throw notFound({ zh: '這個範本', en: 'this template' })
    const personal = [title, body]
    await record(ctx, { record: id, type: 'cases.template-saved', data: { kind, step }, personal })
    return { id }
  },
})

/** Takes a template off the list. */
export const retireTemplate = operation({
  name: 'cases.retire-template',
  title: { zh: '停用範本', en: 'Retire a template' },
  permission: 'cases.template',
  input: Type.Object({ id: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { id }) => {
    const retired = await row(
      ctx.db,
      sql`update cases.template set retired_at = ${ctx.now}
        where id::text = ${id} and retired_at is null returning id`,
    )
    if (!retired) throw notFound({ zh: '這個範本', en: 'this template' })
    await record(ctx, { record: id, type: 'cases.template-retired' })
  },
})
